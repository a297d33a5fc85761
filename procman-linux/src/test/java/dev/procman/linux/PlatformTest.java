package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.linux.Platform.Facts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where the launcher works, and what is used where it does not.
class PlatformTest {
  private static final String REASON =
      "the launcher 'linux' is passed over for the portable one: native access is not allowed;"
          + " start java with --enable-native-access=ALL-UNNAMED";

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Mac OS X            | aarch64 | true  | true  | true  | it needs Linux
          Windows 11          | amd64   | true  | true  | true  | it needs Linux
          Linux without /proc | amd64   | true  | true  | true  | it needs Linux
          Linux               | riscv64 | true  | true  | true  | amd64 and aarch64 only
          Linux               | amd64   | false | true  | true  | --enable-native-access=some.module
          Linux               | amd64   | true  | false | true  | glibc 2.34 or newer
          Linux               | aarch64 | true  | true  | false | Linux 5.4 or newer
          """)
  void whatIsMissingIsSaidWithTheRemedy(
      String system,
      String architecture,
      boolean nativeAccess,
      boolean closeFrom,
      boolean pidfd,
      String words) {
    var facts = new Facts(system, architecture, nativeAccess, closeFrom, pidfd);
    assertThat(Platform.unfit(facts, "some.module")).get().asString().contains(words);
  }

  @ParameterizedTest
  @CsvSource({"amd64", "aarch64"})
  void itWorksOnBothArchitectures(String architecture) {
    assertThat(Platform.unfit(new Facts("Linux", architecture, true, true, true), "m")).isEmpty();
  }

  @Test
  void itWorksHere() {
    assertThat(new LinuxLauncher().unavailable()).isEmpty();
  }

  /// Runs a command with two managers as a host would, and tells how its children are started.
  static final class Host {
    public static void main(String[] args) throws Exception {
      for (int i = 0; i < 2; i++) {
        try (var manager =
            ProcessManager.builder()
                .stateDirectory(Path.of(args[0]))
                .acceptNativeAccessWarning(Boolean.parseBoolean(args[1]))
                .build()) {
          var process = manager.start(ProcessSpec.named("it").command("/bin/true").build());
          // What only this launcher gives.
          var usage = process.awaitExit(Duration.ofSeconds(20)).usage();
          System.out.println(usage.isPresent() ? "linux" : "portable");
        }
      }
    }
  }

  private SecondJvm host(List<String> options) throws Exception {
    return host(options, false);
  }

  private SecondJvm host(List<String> options, boolean warning) throws Exception {
    var logging =
        Files.writeString(
            temp.resolve("logback.xml"),
            """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%level %msg%n</pattern></encoder>
              </appender>
              <logger name="dev.procman.core.EngineProvider" level="INFO"/>
              <root level="WARN"><appender-ref ref="OUT"/></root>
            </configuration>
            """);
    var all = new java.util.ArrayList<>(options);
    all.add("-Dlogback.configurationFile=" + logging);
    all.add("-Xmx64m");
    return SecondJvm.run(
        temp,
        List.of(),
        all,
        Host.class,
        temp.resolve("state").toString(),
        Boolean.toString(warning));
  }

  @Test
  void withoutNativeAccessThePortableLauncherIsUsedAndOneLineSaysWhy() throws Exception {
    var jvm = host(List.of());
    assertThat(jvm.err()).isEmpty();
    assertThat(jvm.out()).containsExactly("INFO " + REASON, "portable", "portable");
  }

  @Test
  void withNativeAccessItIsUsedWithoutAWord() throws Exception {
    var jvm = host(List.of(SecondJvm.NATIVE_ACCESS));
    assertThat(jvm.err()).isEmpty();
    assertThat(jvm.out()).containsExactly("linux", "linux");
  }

  @Test
  void aHostThatAcceptsTheWarningOfTheJvmGetsItOnceAndTheLauncher() throws Exception {
    var jvm = host(List.of(), true);
    assertThat(jvm.out()).containsExactly("linux", "linux");
    assertThat(jvm.err()).filteredOn(line -> line.contains("restricted method")).hasSize(1);
  }

  @Test
  void whereNativeAccessIsForbiddenNoWarningCanBeAccepted() throws Exception {
    var jvm = host(List.of("--illegal-native-access=deny"), true);
    assertThat(jvm.err()).isEmpty();
    assertThat(jvm.out()).containsExactly("INFO " + REASON, "portable", "portable");
  }

  @Test
  void nativeAccessForbiddenAltogetherIsNoErrorEither() throws Exception {
    var jvm = host(List.of("--illegal-native-access=deny"));
    assertThat(jvm.err()).isEmpty();
    assertThat(jvm.out()).containsExactly("INFO " + REASON, "portable", "portable");
  }
}
