/// Restart on file change, and a watcher of directory trees.
@org.jspecify.annotations.NullMarked
module dev.procman.watch {
  requires transitive dev.procman;
  requires static org.jspecify;

  exports dev.procman.watch;
}
