/// Processes from YAML files, the environment and arguments.
@org.jspecify.annotations.NullMarked
module dev.procman.config {
  requires transitive dev.procman;
  requires dev.procman.health;
  requires transitive dev.procman.watch;
  requires static org.jspecify;
  requires org.snakeyaml.engine;

  exports dev.procman.config;
}
