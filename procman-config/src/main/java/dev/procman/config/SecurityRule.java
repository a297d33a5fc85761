package dev.procman.config;

/// A rule that every process of a configuration must keep.
public interface SecurityRule {

  /// Its name, by which it is told and taken out: `no_shell`.
  String name();

  /// Checks one process; what it must not do is told to `report`.
  ///
  /// @param process its name
  void check(String process, ProcessConfig config, Report report);

  /// Where violations are told.
  @FunctionalInterface
  interface Report {
    /// Tells one.
    ///
    /// @param key the key at fault below the process, such as `command` or `watch.command`
    /// @param violation what is not allowed, in words
    /// @param remedy what to do instead
    void violation(String key, String violation, String remedy);
  }

  /// A rule of that name.
  static SecurityRule of(String name, Check check) {
    return new SecurityRule() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void check(String process, ProcessConfig config, Report report) {
        check.check(process, config, report);
      }
    };
  }

  /// What a rule does.
  @FunctionalInterface
  interface Check {
    /// Checks one process.
    void check(String process, ProcessConfig config, Report report);
  }
}
