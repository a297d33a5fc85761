/// One module that brings procman with its engine, the launcher for Linux, its health checks and
/// its watch on files; it holds nothing itself.
module dev.procman.starter {
  requires transitive dev.procman;
  requires transitive dev.procman.health;
  requires transitive dev.procman.watch;
  requires dev.procman.core;
  requires dev.procman.linux;
}
