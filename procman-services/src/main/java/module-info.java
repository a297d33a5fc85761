/// Specifications of services found on the machine: PostgreSQL, Redis, nginx, Java programs.
@org.jspecify.annotations.NullMarked
module dev.procman.services {
  requires transitive dev.procman;
  requires dev.procman.health;
  requires static org.jspecify;

  exports dev.procman.services;
}
