package dev.procman.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessManager;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.NullMarked;
import org.slf4j.Logger;

/// The module descriptors: a program that is a named module itself, in a JVM of its own.
class ModulePathTest {
  private static final String PROGRAM =
      """
      package app;

      import dev.procman.ProcessManager;
      import dev.procman.ProcessSpec;
      import java.nio.file.Path;
      import java.time.Duration;

      public final class Main {
        public static void main(String[] arguments) throws Exception {
          var state = Path.of(arguments[0]);
          try (var manager = ProcessManager.builder().stateDirectory(state).build()) {
            var process = manager.start(ProcessSpec.named("echo").command("echo", "hi").port("p").build());
            var report = process.awaitExit(Duration.ofSeconds(20));
            System.out.println(report.lastLines().getFirst().text() + ", " + report.describe());
            System.out.println(manager.getClass().getModule().getName());
            System.out.println("jfr " + ModuleLayer.boot().findModule("jdk.jfr").isPresent());
          }
        }
      }
      """;

  @TempDir Path temp;

  private static Path placeOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private String modulePath() throws Exception {
    return Stream.of(
            placeOf(ProcessManager.class),
            placeOf(EngineProvider.class),
            placeOf(Logger.class),
            temp.resolve("classes"))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void compile() throws Exception {
    var source = Files.createDirectories(temp.resolve("source/app"));
    Files.writeString(source.resolve("Main.java"), PROGRAM);
    Files.writeString(
        temp.resolve("source/module-info.java"), "module app { requires dev.procman; }");
    var said = new StringWriter();
    var words = new PrintWriter(said, true);
    int result =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                words,
                words,
                "--module-path",
                modulePath() + File.pathSeparator + placeOf(NullMarked.class), // only to compile
                "-d",
                temp.resolve("classes").toString(),
                temp.resolve("source/module-info.java").toString(),
                source.resolve("Main.java").toString());
    assertThat(result).as(said.toString()).isZero();
  }

  private String run(String... more) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--module-path", modulePath()));
    command.addAll(List.of(more));
    command.addAll(List.of("--module", "app/app.Main", temp.resolve("state").toString()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void aNamedModuleFindsTheEngineWithAndWithoutTheFlightRecorder() throws Exception {
    compile();
    assertThat(run())
        .contains("hi, exit code 0: it ended with a success code")
        .contains("dev.procman.core")
        .contains("jfr true");
    assertThat(run("--limit-modules", "app,dev.procman.core"))
        .contains("hi, exit code 0: it ended with a success code")
        .contains("jfr false");
  }
}
