package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A JVM that is process 1, as in a container, in a pid namespace of its own.
class FirstProcessTest {
  private static final List<String> NAMESPACE =
      List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

  @TempDir Path temp;

  /// Leaves orphans in the session of its child, in none, and in one of their own, and runs a child
  /// of the JDK at the same time.
  static final class Container {
    private static final String ORPHANS =
        """
        for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 0.2 &) ; (setsid sh -c '(sleep 0.2 &)' &); done
        setsid sleep 0.3 &
        sleep 0.1
        """;

    public static void main(String[] args) throws Exception {
      try (var manager = ProcessManager.builder().stateDirectory(Path.of(args[0])).build()) {
        System.out.println("pid " + ProcessHandle.current().pid());
        var plain = new ProcessBuilder("sh", "-c", "sleep 2; exit 3").start();
        var spec = ProcessSpec.named("leaves").command("sh", "-c", ORPHANS);
        manager.start(spec.build()).awaitExit(Duration.ofSeconds(30));
        new ProcessBuilder("sh", "-c", ORPHANS).start().waitFor();
        System.out.println("code " + plain.waitFor());
        if (args.length > 1) {
          Launches.soon().atMost(Duration.ofSeconds(60)).until(() -> Launches.zombies().isEmpty());
        }
        System.out.println("end");
      }
    }
  }

  private List<String> said(String... options) throws Exception {
    var before = new ArrayList<>(NAMESPACE);
    if (!System.getProperty("user.name", "").equals("root")) {
      before.addAll(List.of("--user", "--map-root-user"));
    }
    var arguments = new ArrayList<>(List.of(temp.resolve("state").toString()));
    arguments.addAll(options.length == 0 ? List.of() : List.of("reaped"));
    var logging =
        Files.writeString(
            temp.resolve("logback.xml"),
            """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%level %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="OUT"/></root>
            </configuration>
            """);
    var all = new ArrayList<>(List.of(options));
    all.add("-Dlogback.configurationFile=" + logging);
    var jvm = SecondJvm.run(temp, before, all, Container.class, arguments.toArray(String[]::new));
    assertThat(jvm.code()).as("%s %s", jvm.out(), jvm.err()).isZero();
    return jvm.out();
  }

  @Test
  void orphansAreReapedAndTheChildrenOfOthersAreNot() throws Exception {
    assertThat(said(SecondJvm.NATIVE_ACCESS)).contains("pid 1", "code 3", "end");
  }

  @Test
  void thePortableLauncherSaysOnceThatNobodyReaps() throws Exception {
    assertThat(said())
        .contains("pid 1", "code 3", "end")
        .filteredOn(line -> line.contains("this JVM is process 1"))
        .hasSize(1);
  }
}
