/// Restart on file change: begin at [dev.procman.watch.FileWatch]; for a watch without a process at
/// [dev.procman.watch.FileWatcher].
@org.jspecify.annotations.NullMarked
package dev.procman.watch;
