/// What Linux tells under `/proc`, for the engine, the launchers and the checks of procman; nothing
/// for a host to use.
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the modules it is exported to are compiled later
module dev.procman.proc {
  requires transitive dev.procman;
  requires static org.jspecify;

  exports dev.procman.proc to
      dev.procman.core,
      dev.procman.health,
      dev.procman.linux;
}
