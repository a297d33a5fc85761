package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.List;
import java.util.Optional;

/// Reads where the output of a process of process-compose goes.
///
/// @param keys the keys of the process
/// @param values reads numbers and truths
/// @param logLength how many lines are kept in memory
/// @param process what is made of it
record ComposeOutput(
    ForeignMapping keys,
    ComposeValues values,
    Optional<Integer> logLength,
    ImportTree process,
    ImportFindings findings) {
  private static final String INSTANCE = "{PC_REPLICA_NUM}";

  /// What its library for rotating files, lumberjack, takes in place of none or 0.
  private static final int STANDARD_MEGABYTES = 100;

  /// The most that procman keeps, in place of all.
  private static final int ALL = 10_000;

  /// Reads it.
  ///
  /// @param instance the number of this process among its replicas; empty when it is the only one
  void read(int instance, boolean several) {
    logLength.filter(it -> it > 0).ifPresent(lines -> ImportTarget.retainedLines(process, lines));
    var location = keys.text("log_location").filter(it -> !it.text().isEmpty());
    var configuration = keys.fields("log_configuration");
    var file = location.map(it -> ImportTarget.logFile(process, path(it, instance, several)));
    var rotation = configuration.flatMap(it -> it.fields("rotation"));
    rotation.ifPresent(it -> rotation(it, file));
    if (rotation.isEmpty()) {
      file.ifPresent(ImportTarget.LogFile::neverRotated);
    }
    configuration.ifPresent(it -> {
      if (location.isEmpty()) {
        findings.add(
            it.place(), keys.path("log_configuration"), "left out: there is no log_location");
      }
      lines(it, file);
      it.rest("left out: log_configuration has no such key");
    });
  }

  private static String replaced(String path, int instance, boolean several) {
    var number = Integer.toString(instance);
    if (path.contains(INSTANCE)) {
      return path.replace(INSTANCE, number);
    }
    return several ? path + "." + number : path;
  }

  private String path(Text location, int instance, boolean several) {
    return replaced(values.text().of(location), instance, several);
  }

  private void rotation(ForeignMapping rotation, Optional<ImportTarget.LogFile> file) {
    int megabytes = number(rotation, "max_size_mb");
    int backups = number(rotation, "max_backups");
    int days = number(rotation, "max_age_days");
    boolean compressed = rotation.text("compress").map(values::isTrue).orElse(false);
    file.ifPresent(it -> {
      it.rotated(
          (long) (megabytes > 0 ? megabytes : STANDARD_MEGABYTES) << 20,
          backups > 0 ? Math.min(backups, ALL) : ALL);
      if (days > 0) {
        it.keptFor(days);
      }
      if (compressed) {
        it.compressed();
      }
    });
    rotation.cannot("directory", "left out: log_location is the file");
    rotation.cannot("filename", "left out: log_location is the file");
    rotation.rest("left out: rotation has no such key");
  }

  private int number(ForeignMapping rotation, String key) {
    return rotation.text(key).flatMap(values::number).orElse(0);
  }

  private void lines(ForeignMapping configuration, Optional<ImportTarget.LogFile> file) {
    if (configuration.text("add_timestamp").map(values::isTrue).orElse(false)) {
      file.ifPresent(it -> it.prefix("time"));
    }
    configuration
        .text("no_metadata")
        .ifPresent(text -> {
          if (!values.isTrue(text)) {
            file.ifPresent(it -> it.prefix("process"));
          }
        });
    configuration
        .take("timestamp_format")
        .ifPresent(entry ->
            configuration.tell(
                entry, "timestamp_format", "left out: times are written as in ISO 8601"));
    for (String key : List.of("fields_order", "disable_json", "no_color", "flush_each_line")) {
      configuration
          .take(key)
          .ifPresent(entry ->
              configuration.tell(
                  entry, key, "left out: lines are written as the process prints them"));
    }
  }
}
