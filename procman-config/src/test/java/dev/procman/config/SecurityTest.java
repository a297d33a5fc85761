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
        "{command: [/bin/true], inherit_environment: none, watch: {paths: src, command: [/bin/zsh, x]}} | no_shell, directories",
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
    assertThat(rules(SecurityPolicy.strict(), process)).containsExactlyInAnyOrder(rule.split(", "));
  }

  private static String strictly(String keys) {
    return "{command: [/bin/true], inherit_environment: none, " + keys + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "files: {/etc/cron.d/x: y}                                             | directories",
        "files: {x: y}                                                         | directories",
        "stdin: {file: /etc/shadow}                                            | directories",
        "files: {'${dir.a}/../../x': y}                                        | directories",
        "files: {'${dir.a}x/y': y}                                             | directories",
        "files: {'${dir.a}/${env.HOME}': y}                                    | directories",
        "files: {'${env.HOME}/.profile': y}                                    | directories",
        "files: {'/srv/${name}/../../etc/x': y}                                | directories",
        "output: {files: /var/log/x}                                           | directories",
        "output: {files: [{path: '/etc/${name}'}]}                             | directories",
        "launch: {sockets: [{name: a, path: /run/x}]}                          | directories",
        "working_dir: /usr/lib/x                                               | directories",
        "working_dir: .                                                        | directories",
        "working_dir: '${env.HOME}'                                            | directories",
        "watch: {paths: /etc, on_failure: roll_back}                           | directories",
        "watch: {file: /etc/passwd}                                            | directories",
        "launch: {user: root}                                                  | users",
        "launch: {group: '0'}                                                  | users",
        "output: {files: [{path: '${dir.a}/x', owner: root}]}                  | users",
        "output: {files: [{path: '${dir.a}/x', group: '0'}]}                   | users",
        "environment: {PATH: /tmp}                                             | environment",
        "environment: {HOME: /tmp}                                             | environment",
        "environment: [ENV=x]                                                  | environment",
        "secrets: {PATH: {variable: X}}                                        | environment",
        "secrets: {KEY: {file: /etc/hostname}}                                 | secret_files",
        "secrets: {KEY: {file: ../../etc/hostname}}                            | secret_files"
      })
  void strictConfinesWhatIsWrittenWhereItWorksAndAsWhom(String keys, String rule) {
    var builder =
        Loads.builder("processes: {web: " + strictly(keys) + "}")
            .environment(Map.of("X", "y"))
            .security(SecurityPolicy.strict().allowPrograms(Path.of("/bin/true")));
    assertThat(problems(builder))
        .extracting(problem -> problem.message().split("'", 3)[1])
        .containsOnly(rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "files: {'${dir.a}/x': y, '${data.b}/x/y': z, '${dir.a}/${name}.${port.http}': z},"
            + " ports: [http]",
        "working_dir: '${dir.a}', files: {x: y}",
        "working_dir: '${data.a}/sub'",
        "output: {files: '${data.a}/x.log'}",
        "launch: {sockets: [{name: a, path: '${dir.a}/x'}]}",
        "environment: {PORT: '1', APP_MODE: x}"
      })
  void strictAllowsDirectoriesOfItsOwn(String keys) {
    assertThat(rules(SecurityPolicy.strict(), strictly(keys))).isEmpty();
  }

  @Test
  void theHostMakesExceptions() throws IOException {
    var logs = Files.createDirectory(directory.resolve("logs"));
    var secret =
        Files.writeString(Files.createDirectory(directory.resolve("keys")).resolve("k"), "v");
    var keys =
        strictly(
                """
                working_dir: '<logs>/work', files: {'<logs>/x/${name}': y}, watch: '<logs>/src',
                  output: {files: '<logs>/${name}.log'}, launch: {user: daemon},
                  environment: {PATH: /bin}, secrets: {KEY: {file: '<secret>'}}
                """)
            .replace("<logs>", logs.toString())
            .replace("<secret>", secret.toString());
    var policy =
        SecurityPolicy.strict()
            .allowDirectories(logs)
            .allowUsers("daemon")
            .allowVariables("PATH")
            .allowSecretsFrom(secret.getParent());
    assertThat(rules(policy, keys)).isEmpty();
    assertThat(rules(SecurityPolicy.strict(), keys)).containsExactly("secret_files");
    assertThat(rules(SecurityPolicy.strict().allowSecretsFrom(secret.getParent()), keys))
        .containsExactlyInAnyOrder("directories", "users", "environment");
    assertThat(rules(policy, keys.replace("PATH", "HOME"))).containsExactly("environment");
  }

  @Test
  void anAllowedDirectoryIsNotLeftThroughALink() throws IOException {
    var allowed = Files.createDirectory(directory.resolve("allowed"));
    Files.createSymbolicLink(allowed.resolve("link"), directory);
    var policy = SecurityPolicy.strict().allowDirectories(allowed);
    assertThat(rules(policy, strictly("working_dir: '" + allowed + "/link'")))
        .containsExactly("directories");
    assertThat(rules(policy, strictly("files: {'" + allowed + "/link/new/x': y}")))
        .containsExactly("directories");
    var link = Files.createSymbolicLink(directory.resolve("other"), allowed);
    assertThat(rules(policy, strictly("working_dir: '" + link + "'"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LD_PRELOAD",
        "LD_AUDIT",
        "DYLD_INSERT_LIBRARIES",
        "GLIBC_TUNABLES",
        "GCONV_PATH",
        "BASH_ENV",
        "BASH_FUNC_x%%",
        "PROMPT_COMMAND",
        "ZDOTDIR",
        "CLASSPATH",
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "_JAVA_OPTIONS",
        "PYTHONPATH",
        "PYTHONUSERBASE",
        "PYTHONSTARTUP",
        "PYTHONWARNINGS",
        "PERL5OPT",
        "PERL5LIB",
        "PERLLIB",
        "PERL5DB",
        "RUBYOPT",
        "RUBYLIB",
        "GEM_PATH",
        "NODE_OPTIONS",
        "NODE_PATH",
        "BUN_OPTIONS",
        "PHPRC",
        "PHP_INI_SCAN_DIR",
        "LUA_INIT_5_4",
        "LUA_CPATH",
        "TCLLIBPATH",
        "GUILE_LOAD_PATH",
        "JULIA_LOAD_PATH",
        "R_PROFILE_USER",
        "ERL_FLAGS",
        "ERL_AFLAGS",
        "DOTNET_STARTUP_HOOKS",
        "CORECLR_PROFILER_PATH",
        "COR_ENABLE_PROFILING",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_KEY_0",
        "GIT_SSH_COMMAND",
        "SSH_ASKPASS",
        "RSYNC_RSH",
        "OPENSSL_CONF",
        "OPENSSL_MODULES",
        "GTK_MODULES",
        "GIO_EXTRA_MODULES",
        "QT_PLUGIN_PATH",
        "LESSOPEN",
        "TAR_OPTIONS",
        "MAKEFLAGS",
        "RES_OPTIONS",
        "NLSPATH"
      })
  void variablesThatLoadOrRunSomethingElseAreKnown(String name) {
    assertThat(DangerousVariables.contains(name, false)).isTrue();
    assertThat(DangerousVariables.contains(name.toLowerCase(java.util.Locale.ROOT), true)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "HOME",
        "ENV",
        "SHELL",
        "TMPDIR",
        "XDG_CONFIG_HOME",
        "JAVA_HOME",
        "JAVA_OPTS",
        "CATALINA_OPTS",
        "MAVEN_OPTS",
        "NPM_CONFIG_PREFIX",
        "npm_config_script_shell",
        "PIP_INDEX_URL",
        "GOFLAGS",
        "RUSTC_WRAPPER",
        "CARGO_HOME",
        "EDITOR",
        "GIT_PAGER",
        "MANPAGER",
        "KUBECONFIG",
        "AWS_CONFIG_FILE",
        "SSL_CERT_FILE",
        "HTTPS_PROXY",
        "ASAN_OPTIONS",
        "TERMINFO",
        "SSLKEYLOGFILE"
      })
  void variablesThatSayWhereToLookAreRefusedForStrangersOnly(String name) {
    assertThat(DangerousVariables.contains(name, true)).isTrue();
    assertThat(DangerousVariables.contains(name, false)).isEqualTo(name.equals("GIT_PAGER"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PORT",
        "DATABASE_URL",
        "RUST_LOG",
        "PYTHONUNBUFFERED",
        "NODE_ENV",
        "RAILS_ENV",
        "LANG",
        "TZ",
        "PGHOST",
        "GITHUB_TOKEN",
        "PATH_PREFIX",
        "APP_HOME_PAGE",
        "MY_LD_FLAGS"
      })
  void otherVariablesAreAllowed(String name) {
    assertThat(DangerousVariables.contains(name, true)).isFalse();
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
