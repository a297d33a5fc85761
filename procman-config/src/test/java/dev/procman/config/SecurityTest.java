package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a configuration may not ask for.
class SecurityTest {
  private static final String SAFE =
      "processes: {web: {command: [/bin/true], inherit_environment: none}}";

  @TempDir Path directory;

  private static List<Problem> problems(ProcmanConfig.Builder builder) {
    var wrong = catchThrowableOfType(ConfigException.class, builder::load);
    return wrong == null ? List.of() : wrong.problems();
  }

  private static List<String> rules(SecurityPolicy policy, String process) {
    var yaml = "processes: {web: " + process + "}";
    return problems(Loads.builder(yaml).security(policy)).stream()
        .map(problem -> problem.message().split("'", 3)[1])
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{shell: 'exec web', inherit_environment: none}                                | no_shell",
        "{command: [/bin/sh, -c, web], inherit_environment: none}                      | no_shell",
        "{command: [/usr/bin/env, X=1, bash, -c, web], inherit_environment: none}      | no_shell",
        "{command: [/bin/true], inherit_environment: none, readiness_probe: {not: {exec: {command: [/bin/bash, x]}}}} | no_shell",
        "{command: [/bin/true], inherit_environment: none, shutdown: {command: [/bin/dash, x]}} | no_shell",
        "{command: [/bin/true], inherit_environment: none, watch: {paths: src, command: [/bin/zsh, x]}} | no_shell",
        "{command: [true], inherit_environment: none}                                  | absolute_programs",
        "{command: [./true], inherit_environment: none}                                | absolute_programs",
        "{command: ['${dir.x}/true'], inherit_environment: none}                       | absolute_programs",
        "{command: [/bin/true]}                                                        | inherited_environment",
        "{command: [/bin/true], inherit_environment: none, environment: {LD_LIBRARY_PATH: /x}} | environment",
        "{command: [/bin/true], inherit_environment: none, environment: {BASH_ENV: x}}         | environment",
        "{command: [/bin/true], inherit_environment: none, environment: {JAVA_TOOL_OPTIONS: x}} | environment",
        "{command: [/bin/true], inherit_environment: none, environment: {PYTHONPATH: x}}       | environment",
        "{command: [/usr/bin/env, -S, bash -c web], inherit_environment: none}         | no_shell",
        "{command: [/usr/bin/env, '--split-string=bash -c web'], inherit_environment: none} | no_shell",
        "{command: [/bin/true, --db-password=hunter22], inherit_environment: none}     | secrets_in_arguments",
        "{command: [/bin/true, --api-key=hunter22], inherit_environment: none}         | secrets_in_arguments",
        "{command: [/bin/true, --password, hunter22], inherit_environment: none}       | secrets_in_arguments",
        "{command: [/bin/true, '${env.API_TOKEN}'], inherit_environment: none}         | secrets_in_arguments"
      })
  void strictRefuses(String process, String rule) {
    assertThat(rules(SecurityPolicy.strict(), process)).containsExactly(rule);
  }

  @Test
  void aLinkToBusyboxIsWhatItIsCalled() throws IOException {
    var busybox = Files.copy(Path.of("/bin/true"), directory.resolve("busybox"));
    var tool = Files.createSymbolicLink(directory.resolve("ls"), busybox);
    var shell = Files.createSymbolicLink(directory.resolve("ash"), busybox);

    for (var program : List.of(tool, shell, busybox)) {
      assertThat(
              rules(
                  SecurityPolicy.strict(),
                  "{command: ['" + program + "', x], inherit_environment: none}"))
          .as("%s", program)
          .isEqualTo(program.equals(tool) ? List.of() : List.of("no_shell"));
    }
  }

  @Test
  void aLinkToAShellIsAShell() throws IOException {
    var link = Files.createSymbolicLink(directory.resolve("tool"), Path.of("/bin/sh"));

    assertThat(
            rules(
                SecurityPolicy.strict(),
                "{command: ['" + link + "', x], inherit_environment: none}"))
        .containsExactly("no_shell");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[web, --password-file, x]",
        "[web, --password, --verbose]",
        "[web, --no-password, x]",
        "[web, --author, me]",
      })
  void whatIsNoPasswordIsAllowedInArguments(String command) {
    assertThat(rules(SecurityPolicy.standard(), "{command: " + command + "}")).isEmpty();
  }

  @Test
  void aSecretOfAProcessMayLieElsewhereWhateverItsName() throws IOException {
    var secret = Files.writeString(directory.resolve("secret"), "hunter22");
    var yaml = "processes: {env_file: {command: [web], secrets: {KEY: {file: '" + secret + "'}}}}";

    assertThat(problems(Loads.builder(yaml))).isEmpty();
  }

  @Test
  void strictAllowsWhatIsSafe() {
    assertThat(problems(Loads.builder(SAFE).security(SecurityPolicy.strict()))).isEmpty();
  }

  @Test
  void standardAllowsShellsAndNames() {
    assertThat(rules(SecurityPolicy.standard(), "{shell: exec web}")).isEmpty();
    assertThat(rules(SecurityPolicy.standard(), "{command: [web, --password-file=x]}")).isEmpty();
    assertThat(rules(SecurityPolicy.standard(), "{command: [web], environment: {LD_PRELOAD: x}}"))
        .containsExactly("environment");
  }

  @Test
  void noneAllowsAll() {
    assertThat(
            rules(
                SecurityPolicy.none(),
                "{shell: web --password=hunter22, environment: {LD_PRELOAD: x}}"))
        .isEmpty();
  }

  @Test
  void aViolationSaysRulePlaceAndRemedy() {
    var yaml = Loads.yaml("environment: {LD_PRELOAD: /x.so}");

    assertThat(problems(Loads.builder(yaml)))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.origin()).hasToString("test.yaml:4:31");
          assertThat(problem.message()).contains("'environment'", "remedy", "allowVariables");
        });
    assertThat(
            problems(
                Loads.builder(yaml)
                    .security(SecurityPolicy.standard().allowVariables("LD_PRELOAD"))))
        .isEmpty();
  }

  @Test
  void onlyAllowedProgramsRunAlsoThroughLinks() throws IOException {
    var link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/bin/true"));
    var policy = SecurityPolicy.standard().allowPrograms(directory);

    assertThat(rules(policy, "{command: ['" + link + "']}")).containsExactly("allowed_programs");
    assertThat(rules(policy, "{command: [/bin/false]}")).containsExactly("allowed_programs");
    assertThat(rules(policy.allowPrograms(Path.of("/bin/true")), "{command: ['" + link + "']}"))
        .isEmpty();
  }

  @Test
  void aRuleOfTheHostIsAskedForEachProcess() {
    var rule =
        SecurityRule.of(
            "labelled",
            (process, config, report) -> {
              if (!config.labels().containsKey("owner")) {
                report.violation("labels", process + " has no owner", "add labels: {owner: …}");
              }
            });
    var yaml = "processes: {a: {command: [a]}, b: {command: [b], labels: {owner: me}}}";

    assertThat(problems(Loads.builder(yaml).security(SecurityPolicy.none().rule(rule))))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo("processes.a.labels");
          assertThat(problem.message()).contains("'labelled'", "a has no owner", "add labels");
        });
    assertThat(
            problems(
                Loads.builder(yaml).security(SecurityPolicy.none().rule(rule).without("labelled"))))
        .isEmpty();
  }

  @Test
  void programsAndFilesThatAnybodyMayChangeAreRefused() throws IOException {
    var program = Files.createFile(directory.resolve("program"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
    var file = directory.resolve("open.yaml");
    Files.writeString(file, SAFE);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThat(rules(SecurityPolicy.standard(), "{command: ['" + program + "']}"))
        .containsExactly("writable_by_all");
    assertThat(problems(ProcmanConfig.builder().file(file).environment(Map.of())))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("'writable_by_all'"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(problems(ProcmanConfig.builder().file(file).environment(Map.of()))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside.yaml", "link.yaml", "sub/../../outside.yaml"})
  void includesStayWithinTheDirectoryOfTheFile(String include) throws IOException {
    Files.writeString(directory.resolve("outside.yaml"), "processes: {}");
    var inside = Files.createDirectory(directory.resolve("inside"));
    Files.createSymbolicLink(inside.resolve("link.yaml"), directory.resolve("outside.yaml"));
    var file = inside.resolve("main.yaml");
    Files.writeString(file, "include: " + include + "\n" + SAFE);
    var builder = ProcmanConfig.builder().file(file).environment(Map.of());

    assertThat(problems(builder))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.origin()).hasToString(file + ":1:10");
          assertThat(problem.message()).contains("'included_files'", "lies outside");
        });
    assertThat(problems(builder.security(SecurityPolicy.standard().allowIncludesFrom(directory))))
        .isEmpty();
  }

  @Test
  void extendedFilesStayThereToo() {
    assertThat(
            problems(Loads.builder(Loads.yaml("extends: {file: ../../etc/passwd, process: root}"))))
        .anySatisfy(problem -> assertThat(problem.message()).contains("'included_files'"));
  }

  @Test
  void filesThatIncludeEachOtherAreToldAndNotFollowed() throws IOException {
    Files.writeString(directory.resolve("a.yaml"), "include: b.yaml\nprocesses: {}");
    Files.writeString(directory.resolve("b.yaml"), "include: a.yaml\nprocesses: {}");

    assertThat(
            problems(
                ProcmanConfig.builder().file(directory.resolve("a.yaml")).environment(Map.of())))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("includes itself"));
  }

  @Test
  void manyLevelsAreRefused() {
    var deep = "x-a: " + "[".repeat(50) + "]".repeat(50) + "\n" + SAFE;

    assertThat(problems(Loads.builder(deep)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("nested deeper than 32"));
  }

  @Test
  void manyAliasesAreRefused() {
    var many = "x-a: &a 1\nx-b: [" + "*a ,".repeat(300) + "1]\n" + SAFE;

    assertThat(problems(Loads.builder(many)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("more than 200 aliases"));
  }

  @Test
  void whatAliasesRepeatIsCounted() {
    var laughs = new StringBuilder("x-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
    for (int i = 1; i < 10; i++) {
      var alias = "*a" + (i - 1) + " ,";
      laughs.append("x-" + i + ": &a" + i + " [" + alias.repeat(10) + "1]\n");
    }

    assertThat(problems(Loads.builder(laughs + SAFE)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("more than 200000 values"));
  }

  /// In a JVM of its own, which has little more memory than the document is long.
  @ParameterizedTest
  @CsvSource({"4194304, larger than 4MiB", "67108864, more than 200000 values"})
  void aHostileDocumentOfTenMegabytesTakesLittleMemory(int limit, String words) throws Exception {
    var file = directory.resolve("huge.yaml");
    Files.writeString(file, "x-a:\n" + "- a\n".repeat(2_600_000) + SAFE);
    assertThat(Files.size(file)).isGreaterThan(10_000_000);

    var jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-cp",
                System.getProperty("java.class.path"),
                LoadOnce.class.getName(),
                file.toString(),
                "" + limit)
            .redirectErrorStream(true)
            .start();
    var said = new String(jvm.getInputStream().readAllBytes());

    assertThat(jvm.waitFor()).as(said).isEqualTo(3);
    assertThat(said).contains("1 problem in the configuration", words);
  }
}
