/// Ready-made health checks: HTTP, TCP, output, scripts, resources, files, and their combination.
@org.jspecify.annotations.NullMarked
module dev.procman.health {
  requires transitive dev.procman;
  requires dev.procman.proc;
  requires static org.jspecify;

  exports dev.procman.health;
}
