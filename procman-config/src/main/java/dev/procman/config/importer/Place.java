package dev.procman.config.importer;

/// A place in a file; line and column from 1.
record Place(String file, int line, int column) {}
