package dev.procman.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads configurations. Sources in rising precedence: built-in defaults; files, in the order
/// given, each on top of what it includes; the `.env` file; variables
/// `PROCMAN__web__restart__limit=5` of the environment; arguments `--set web.restart.limit=5`;
/// values set by the host.
///
/// ```java
/// Project project = ProcmanConfig.load(Path.of("procman.yaml"));
/// project.specs().forEach(manager::register);
/// ```
public final class ProcmanConfig {
  private ProcmanConfig() {}

  /// Loads files with this JVM's environment under the standard policy.
  ///
  /// @throws ConfigException with all that is wrong
  public static Project load(Path... files) {
    var builder = builder();
    for (Path file : files) {
      builder.file(file);
    }
    return builder.load().project();
  }

  /// Begins with no files, this JVM's environment, and the standard policy.
  public static Builder builder() {
    return new Builder();
  }

  /// Writes a project as YAML that is loaded as an equal project. Secrets are written as where they
  /// are kept.
  ///
  /// @throws dev.procman.InvalidSpecException when the host's own code is part of it
  public static String export(Project project) {
    return YamlWriter.write((Map<?, ?>) ProjectKeys.PROJECT.write(ProjectKeys.Draft.of(project)));
  }

  /// What may be written in a file, as JSON Schema 2020-12, for editors.
  public static String jsonSchema() {
    return JsonSchema.text();
  }

  /// Collects sources. Not thread-safe.
  public static final class Builder {
    final List<Given> given = new ArrayList<>();
    final List<Assigned> assigned = new ArrayList<>();
    final Map<String, String> variables = new LinkedHashMap<>();
    Map<String, String> environment = System.getenv();
    Optional<Path> dotEnv = Optional.empty();
    boolean dotEnvBeside = true;
    SecurityPolicy policy = SecurityPolicy.standard();

    /// A file, or a text in place of one.
    sealed interface Given {
      /// A file.
      ///
      /// @param path where it is
      record File(Path path) implements Given {}

      /// A text.
      ///
      /// @param source the text
      record Text(Source source) implements Given {}
    }

    /// A value from an argument or the host.
    ///
    /// @param source words for where it is from
    /// @param assignment `path=text`
    record Assigned(String source, String assignment) {}

    private Builder() {}

    Builder(Builder other) {
      given.addAll(other.given);
      assigned.addAll(other.assigned);
      variables.putAll(other.variables);
      environment = other.environment;
      dotEnv = other.dotEnv;
      dotEnvBeside = other.dotEnvBeside;
      policy = other.policy;
    }

    /// One more file, on top of those before.
    public Builder file(Path file) {
      given.add(new Given.File(file));
      return this;
    }

    /// A text in place of a file.
    ///
    /// @param name what it is called in messages
    /// @param directory what relative paths in it are relative to
    public Builder text(String name, String yaml, Path directory) {
      given.add(
          new Given.Text(
              new Source(name, directory.toAbsolutePath().normalize(), yaml, Source.Lines.SHOWN)));
      return this;
    }

    /// The `.env` file; default the one beside the first file, if there is one.
    public Builder dotEnv(Path file) {
      this.dotEnv = Optional.of(file);
      return this;
    }

    /// No `.env` file.
    public Builder noDotEnv() {
      this.dotEnv = Optional.empty();
      this.dotEnvBeside = false;
      return this;
    }

    /// The environment; default this JVM's.
    public Builder environment(Map<String, String> environment) {
      this.environment = Map.copyOf(environment);
      return this;
    }

    /// A variable for `${NAME}`, which nothing else can change.
    public Builder variable(String name, String value) {
      variables.put(name, value);
      return this;
    }

    /// Arguments of a command line: `--set path=value` or `--set=path=value`, any number. Others
    /// are errors when it is loaded, told by their number.
    public Builder arguments(String... arguments) {
      for (int i = 0; i < arguments.length; i++) {
        boolean bare = arguments[i].equals("--set") && i + 1 < arguments.length;
        boolean whole = arguments[i].startsWith("--set=");
        i += bare ? 1 : 0;
        var assignment = whole ? arguments[i].substring(6) : bare ? arguments[i] : "";
        assigned.add(
            assignment.indexOf('=') < 0
                ? new Assigned("argument " + (i + 1), "")
                : new Assigned("argument --set", assignment));
      }
      return this;
    }

    /// A value on top of all others.
    ///
    /// @param path such as `web.restart.limit`; a name with dots stands in double quotes
    /// @param value text, or a list or keys as in YAML: `[a, b]`
    public Builder set(String path, String value) {
      assigned.add(new Assigned("set by the host:", path + "=" + value));
      return this;
    }

    /// What may be asked for; default [SecurityPolicy#standard()].
    public Builder security(SecurityPolicy policy) {
      this.policy = policy;
      return this;
    }

    /// Reads all sources.
    ///
    /// @throws ConfigException with all that is wrong
    public LoadedProject load() {
      return new Loading(new Builder(this)).load();
    }
  }
}
