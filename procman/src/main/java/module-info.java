/// One module that brings procman with its engine and its health checks; it holds nothing itself.
module dev.procman.starter {
  requires transitive dev.procman;
  requires transitive dev.procman.health;
  requires dev.procman.core;
}
