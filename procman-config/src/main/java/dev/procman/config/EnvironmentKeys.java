package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.Environment.Inherit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The environment of a process.
final class EnvironmentKeys {
  private static final Pattern NAME = Pattern.compile("[^=\\x00 \\t-\\r]+");
  private static final String NAME_WORDS = "name of a variable, without '=' and spaces";

  private static final ScalarRule<String> ASSIGNMENT =
      new ScalarRule<>(
          "a text NAME=value",
          true,
          (text, _) -> {
            if (!text.matches("(?s)[^=\\x00\\s]+=.*")) {
              throw new Unfit("it has no name and '='", "a text NAME=value");
            }
            return text;
          },
          text -> text,
          Map.of("type", "string", "pattern", "^[^=\\x00 \\t-\\r]+=[^\\x00]*$"));

  private static final ScalarRule<String> VARIABLE = Scalars.matching(NAME, NAME_WORDS);

  static final Key<Map<String, String>> VALUES =
      Key.of(
              "environment",
              ShortRule.of(
                  new MapRule<>(NAME, NAME_WORDS, Scalars.TEMPLATE),
                  ListRule.of(ASSIGNMENT),
                  Expand::assignments),
              "variables: names and texts, or a list of `NAME=text`")
          .calledElsewhere("env", "environ", "envs", "vars")
          .notQuoted();

  private static final Key<String> FILE_PATH = Key.of("path", Scalars.PATH, "where it is").must();
  private static final Key<Boolean> FILE_REQUIRED =
      Key.of("required", Scalars.BOOLEAN, "whether a missing file is an error; default `true`");
  private static final Key<Boolean> FILE_SECRET =
      Key.of(
          "secret",
          Scalars.BOOLEAN,
          "whether its values are masked wherever procman says something; default `false`");

  private static final Rule<EnvFile> FILE =
      ShortRule.of(
              ObjectRule.<EnvFile>of("env_file")
                  .key(FILE_PATH, it -> Optional.of(it.path()))
                  .key(FILE_REQUIRED, it -> unless(it.required(), true))
                  .key(FILE_SECRET, it -> unless(it.secret(), false))
                  .make(EnvironmentKeys::file),
              Scalars.PATH,
              Expand.under("path"))
          .writtenAs("path");

  static final Key<List<EnvFile>> FILES =
      Key.of(
          "env_file",
          ShortRule.of(ListRule.of(FILE), Scalars.PATH, Expand::alone).or(keys(), Expand::alone),
          "files with lines `NAME=text`; later ones win, and `environment` wins over them: a path,"
              + " `{path, required, secret}`, or a list of these");

  private static final Key<Inherit> MODE =
      Key.of(
              "mode",
              Scalars.word(
                  Ordered.<Inherit>pairs(
                      "all", Inherit.ALL, "none", Inherit.NONE, "list", Inherit.ALLOW_LIST)),
              "`all`, `none` or `list`")
          .must();
  private static final Key<List<String>> NAMES =
      Key.of("names", ListRule.of(VARIABLE), "those that are passed on, with `list`");

  /// What is passed on.
  record Inherited(Inherit mode, Set<String> names) {}

  static final Key<Inherited> INHERIT =
      Key.of(
          "inherit_environment",
          ShortRule.of(
                  ObjectRule.<Inherited>of("inherit_environment")
                      .key(MODE, it -> Optional.of(it.mode()))
                      .key(
                          NAMES,
                          it ->
                              Optional.of(List.copyOf(it.names()))
                                  .filter(names -> !names.isEmpty()))
                      .make(
                          it -> new Inherited(it.get(MODE), Ordered.set(it.or(NAMES, List.of())))),
                  Scalars.word(Ordered.pairs("all", Inherit.ALL, "none", Inherit.NONE)),
                  Expand.under("mode"))
              .or(
                  ListRule.of(VARIABLE),
                  list ->
                      Node.Mapping.single(
                              "mode",
                              Node.Scalar.of("list", Node.Kind.TEXT, list.place()),
                              list.place())
                          .with("names", list))
              .writtenAs("mode"),
          "what of the host's environment is passed on: `all`, `none`, or a list of names; default"
              + " `all`");

  static final Key<List<String>> UNSET =
      Key.of("unset_environment", ListRule.of(VARIABLE), "names not passed on");

  private static final Key<String> SECRET_FILE =
      Key.of("file", Scalars.PATH, "a file that holds it; line breaks at its end are not part");
  private static final Key<String> SECRET_VARIABLE =
      Key.of("variable", VARIABLE, "a variable of the host's environment or the `.env` file")
          .calledElsewhere("environment", "env");

  static final Key<Map<String, Secret>> SECRETS =
      Key.of(
              "secrets",
              new MapRule<>(
                  NAME,
                  NAME_WORDS,
                  ObjectRule.<Secret>of("secret")
                      .key(
                          SECRET_FILE,
                          it ->
                              it.source() instanceof Secret.Source.InFile(String path)
                                  ? Optional.of(path)
                                  : Optional.empty())
                      .key(
                          SECRET_VARIABLE,
                          it ->
                              it.source() instanceof Secret.Source.InVariable(String name)
                                  ? Optional.of(name)
                                  : Optional.empty())
                      .exactlyOne(SECRET_FILE, SECRET_VARIABLE)
                      .make(EnvironmentKeys::secret)),
              "variables whose values are kept elsewhere and never shown: names and `{file}` or"
                  + " `{variable}`")
          .notQuoted();

  private EnvironmentKeys() {}

  private static Rule<EnvFile> keys() {
    return ((ShortRule<EnvFile>) FILE).full();
  }

  private static EnvFile file(Values values) {
    boolean required = values.or(FILE_REQUIRED, true);
    var path = values.get(FILE_PATH);
    return new EnvFile(
        path,
        required,
        values.or(FILE_SECRET, false),
        values.binding().lookups().envFile(path, required, values.place(FILE_PATH), values.path()));
  }

  private static Secret secret(Values values) {
    var lookups = values.binding().lookups();
    return values
        .find(SECRET_FILE)
        .map(path -> lookups.secretFile(path, values.place(SECRET_FILE), values.path()))
        .orElseGet(() ->
            lookups.secretVariable(
                values.get(SECRET_VARIABLE), values.place(SECRET_VARIABLE), values.path()));
  }

  static EnvironmentConfig of(Values values) {
    var inherited = values.or(INHERIT, new Inherited(Inherit.ALL, Set.of()));
    return new EnvironmentConfig(
        inherited.mode(),
        inherited.names(),
        Ordered.set(values.or(UNSET, List.of())),
        values.or(FILES, List.of()),
        values.or(VALUES, Map.of()),
        values.or(SECRETS, Map.of()));
  }
}
