package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of a configuration that are no files, that are exchanged while they are read, and texts
/// that grow: each is a typed error, and none takes for ever or all memory.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileFilesTest {
  private static final String SAFE = "processes: {web: {command: [/bin/true]}}\n";

  @TempDir Path directory;
  private Path inside;

  @BeforeEach
  void makeDirectories() throws IOException {
    inside = Files.createDirectory(directory.resolve("inside"));
  }

  private static void fifo(Path path) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  private ConfigException refused(ProcmanConfig.Builder builder) {
    var wrong =
        catchThrowableOfType(ConfigException.class, () -> builder.environment(Map.of()).load());
    assertThat(wrong).as("it is refused").isNotNull();
    return wrong;
  }

  /// Each with what is said of it.
  private void forEachUse(Path file, String words) throws IOException {
    assertThat(refused(ProcmanConfig.builder().file(file))).hasMessageContaining(words);
    for (String yaml :
        List.of(
            "include: 'F'\n" + SAFE,
            "processes: {web: {extends: {file: 'F', process: x}, command: [/bin/true]}}",
            "processes: {web: {command: [/bin/true], env_file: 'F'}}",
            "processes: {web: {command: [/bin/true], secrets: {KEY: {file: 'F'}}}}")) {
      for (var policy :
          List.of(
              SecurityPolicy.none(),
              SecurityPolicy.standard().allowIncludesFrom(Path.of("/")),
              SecurityPolicy.standard().without("writable_by_all"),
              SecurityPolicy.none()
                  .rule(new SecurityRules.NoShell())
                  .allowSecretsFrom(Path.of("/")))) {
        var text = yaml.replace("F", file.toString());
        var wrong = refused(ProcmanConfig.builder().text("t", text, inside).security(policy));
        assertThat(wrong.getMessage()).containsAnyOf(words, "lies outside");
      }
    }
    var dotEnv = ProcmanConfig.builder().text("t", SAFE, inside).dotEnv(file);
    assertThat(refused(dotEnv)).hasMessageContaining(words);
  }

  @Test
  void aPipeIsNotWaitedFor() throws Exception {
    fifo(inside.resolve("pipe"));
    forEachUse(inside.resolve("pipe"), "is a pipe, a device or a socket");
    var link = Files.createSymbolicLink(inside.resolve("link"), inside.resolve("pipe"));
    forEachUse(link, "is a pipe, a device or a socket");
  }

  @Test
  void anEndlessDeviceIsNotRead() throws Exception {
    forEachUse(Path.of("/dev/zero"), "is a pipe, a device or a socket");
  }

  @Test
  void aDirectoryIsNone() throws Exception {
    forEachUse(Files.createDirectory(inside.resolve("sub")), "is a directory");
  }

  @Test
  void aPipeBesideTheFirstFileIsNoDotEnvFile() throws Exception {
    fifo(inside.resolve(".env"));
    var file = Files.writeString(inside.resolve("procman.yaml"), SAFE);
    var project = ProcmanConfig.builder().file(file).environment(Map.of()).load().project();
    assertThat(project.processes()).containsOnlyKeys("web");
  }

  @Test
  void aFileOfTheKernelThatHasNoSizeIsEmpty() throws Exception {
    var wrong = refused(ProcmanConfig.builder().file(Path.of("/proc/self/mountinfo")));
    assertThat(wrong).hasMessageContaining("'processes' is missing");
  }

  @Test
  void variablesThatDoubleEachOtherAreRefused() {
    var yaml = new StringBuilder("variables:\n  V0: 0123456789\n");
    for (int i = 1; i <= 40; i++) {
      yaml.append("  V%d: ${V%d}${V%d}\n".formatted(i, i - 1, i - 1));
    }
    assertThat(refused(ProcmanConfig.builder().text("t", yaml + SAFE, inside)).problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.message()).contains("longer than 4MiB once variables are filled in");
          assertThat(problem.path()).startsWith("variables.V");
        });
  }

  @Test
  void soAreThoseOfAFileOfVariables() throws IOException {
    var lines = new StringBuilder("V0=0123456789\n");
    for (int i = 1; i <= 40; i++) {
      lines.append("V%d=\"${V%d}${V%d}\"\n".formatted(i, i - 1, i - 1));
    }
    Files.writeString(inside.resolve(".env"), lines);
    var wrong = refused(ProcmanConfig.builder().text("t", SAFE, inside));
    assertThat(wrong.problems().getFirst().message())
        .matches("the value of V\\d+ becomes too long once variables are filled in");
  }

  @Test
  void aLongVariableInManyPlacesIsRefused() {
    var yaml = new StringBuilder("processes:\n");
    for (int i = 0; i < 2000; i++) {
      yaml.append("  p%d: {command: [/bin/true], environment: {A: '${LONG}'}}\n".formatted(i));
    }
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ProcmanConfig.builder()
                    .text("t", yaml.toString(), inside)
                    .environment(Map.of("LONG", "x".repeat(1_000_000)))
                    .load());
    assertThat(wrong.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("all texts become too long"));
  }

  @Test
  void largeDefaultsOfManyProcessesAreRefused() {
    var yaml = new StringBuilder("defaults:\n  environment:\n");
    for (int i = 0; i < 20_000; i++) {
      yaml.append("    V%d: x\n".formatted(i));
    }
    yaml.append("processes:\n");
    for (int i = 0; i < 20_000; i++) {
      yaml.append("  p%d: {command: [/bin/true]}\n".formatted(i));
    }
    assertThat(refused(ProcmanConfig.builder().text("t", yaml.toString(), inside)).problems())
        .singleElement()
        .satisfies(
            problem -> assertThat(problem.message()).contains("values with all that is extended"));
  }

  /// A file, or a directory on the way to it, is exchanged for a link and back while configurations
  /// are loaded: none has what the link leads to.
  @ParameterizedTest
  @ValueSource(strings = {"part.yaml", "sub/part.yaml"})
  void whatIsExchangedForALinkIsNotReadFromOutside(String included) throws Exception {
    var outside = Files.createDirectory(directory.resolve("outside"));
    var good = Files.createDirectory(directory.resolve("good"));
    for (var each : Map.of(outside, "stolen", good, "own").entrySet()) {
      Files.writeString(each.getKey().resolve("part.yaml"), "name: " + each.getValue() + "\n");
    }
    boolean file = !included.contains("/");
    var toggled = inside.resolve(file ? "part.yaml" : "sub");
    var target = file ? outside.resolve("part.yaml") : outside;
    var over = new AtomicBoolean();
    var failure = new AtomicReference<Throwable>();
    var attacker =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (!over.get()) {
                  exchange(toggled, target, file ? good.resolve("part.yaml") : good, file);
                }
              } catch (IOException | RuntimeException broken) {
                failure.set(broken);
              }
            });
    int own = 0;
    int refused = 0;
    try {
      for (int i = 0; i < 3000 || own == 0 || refused == 0; i++) {
        try {
          var loaded =
              ProcmanConfig.builder()
                  .text("t", "include: " + included + "\n" + SAFE, inside)
                  .environment(Map.of())
                  .security(SecurityPolicy.standard().without("writable_by_all"))
                  .load();
          assertThat(loaded.project().name()).isEqualTo("own");
          own++;
        } catch (ConfigException wrong) {
          refused++;
        }
      }
    } finally {
      over.set(true);
      attacker.join();
    }
    assertThat(failure.get()).isNull();
  }

  private void exchange(Path toggled, Path target, Path good, boolean file) throws IOException {
    var next = inside.resolve("next");
    Files.createSymbolicLink(next, target);
    if (file) {
      Files.move(next, toggled, StandardCopyOption.ATOMIC_MOVE);
      Files.copy(good, next);
      Files.move(next, toggled, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      Files.move(toggled, inside.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException first) {
      Files.createDirectory(inside.resolve("old"));
      Files.copy(good.resolve("part.yaml"), inside.resolve("old").resolve("part.yaml"));
    }
    Files.move(next, toggled, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(toggled);
    Files.move(inside.resolve("old"), toggled, StandardCopyOption.ATOMIC_MOVE);
  }
}
