package dev.procman.config;

/// Where a value is written. Only made into an [Origin] when someone asks, since every value has
/// one.
///
/// @param source in which text
/// @param line from 1; 0 without lines
/// @param column from 1; 0 without lines
record Place(Source source, int line, int column) {
  Origin origin() {
    return new Origin(source.name(), line, column);
  }
}
