package dev.procman.watch;

/// What hints are about: a directory of the tree, or one above a root.
sealed interface Place permits Folder, Anchor {}
