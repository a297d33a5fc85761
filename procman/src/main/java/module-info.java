/// One module that brings procman with its engine; it holds nothing itself.
module dev.procman.starter {
  requires transitive dev.procman;
  requires dev.procman.core;
}
