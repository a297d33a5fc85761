package dev.procman.config;

import java.nio.file.Path;
import java.util.Map;

/// Loads what was imported, as a user would, and tells at the foreign file's lines what keeps it
/// from being loaded here and now.
final class ImportCheck {
  private static final String NAME = "the imported configuration";

  private ImportCheck() {}

  static void check(
      Imported imported,
      Place start,
      Map<String, String> environment,
      ImportOrigins origins,
      ImportFindings findings) {
    Path directory = start.source().directory();
    try {
      var _ =
          ProcmanConfig.builder()
              .text(NAME, imported.yaml(), directory)
              .environment(environment)
              .load();
    } catch (ConfigException refused) {
      refused.problems().forEach(problem -> add(problem, start, origins, findings));
    }
  }

  private static void add(
      Problem problem, Place start, ImportOrigins origins, ImportFindings findings) {
    var words =
        "cannot be loaded: "
            + problem.message()
            + (problem.expected().isEmpty() ? "" : "; expected " + problem.expected());
    if (!problem.file().equals(NAME)) {
      // A file that it refers to, such as .env.
      findings.add(problem.origin(), fileName(problem.file()), problem.message());
      return;
    }
    var at =
        origins.find(problem.path()).orElseGet(() -> new ImportOrigins.At(start, problem.path()));
    findings.add(at.place(), at.path(), words);
  }

  private static String fileName(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
