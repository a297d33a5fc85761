/// Supervised processes as fixtures of JUnit tests.
@org.jspecify.annotations.NullMarked
module dev.procman.junit {
  requires transitive dev.procman;
  requires transitive org.junit.jupiter.api;
  requires dev.procman.services;
  requires static org.jspecify;

  exports dev.procman.junit;

  // JUnit makes the extensions that the annotations name.
  opens dev.procman.junit to
      org.junit.platform.commons;
}
