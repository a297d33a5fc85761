package dev.procman.config.importer;

import dev.procman.config.ConfigException;
import dev.procman.config.Origin;
import dev.procman.config.Problem;
import java.util.List;
import java.util.Optional;

/// A file that is not what it should be.
final class Unreadable {
  private Unreadable() {}

  static ConfigException at(Place place, String message, String expected) {
    return new ConfigException(
        List.of(
            new Problem(
                new Origin(place.file(), place.line(), place.column()),
                "",
                "",
                message,
                expected,
                Optional.empty(),
                Optional.empty())));
  }
}
