package dev.procman.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessManager;
import dev.procman.proc.ProcFs;
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
import org.jspecify.annotations.NullMarked;
import org.slf4j.Logger;

/// A program that is a named module itself, in a JVM of its own. It says what a child said and how
/// that ended, and which module and launcher served it.
public final class ModuleProgram {
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
            var process = manager.start(ProcessSpec.named("echo").shell("echo hi").port("p").build());
            var report = process.awaitExit(Duration.ofSeconds(20));
            System.out.println(report.lastLines().getFirst().text() + ", " + report.describe());
            System.out.println(manager.getClass().getModule().getName());
            System.out.println("exact usage " + report.usage().isPresent());
            System.out.println("jfr " + ModuleLayer.boot().findModule("jdk.jfr").isPresent());
          }
        }
      }
      """;

  private final Path temp;
  private final List<Class<?>> more;

  /// @param temp a directory of its own
  /// @param more a class of each further module on its path
  public ModuleProgram(Path temp, Class<?>... more) {
    this.temp = temp;
    this.more = List.of(more);
  }

  private static Path placeOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private String modulePath() throws Exception {
    var places = new ArrayList<String>();
    for (var type :
        List.of(ProcessManager.class, ProcFs.class, EngineProvider.class, Logger.class)) {
      places.add(placeOf(type).toString());
    }
    for (var type : more) {
      places.add(placeOf(type).toString());
    }
    places.add(temp.resolve("classes").toString());
    return String.join(File.pathSeparator, places);
  }

  /// Compiles it.
  public void compile() throws Exception {
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

  /// Runs it to its end, which must be a good one.
  ///
  /// @param options of the JVM
  /// @return what it printed, errors included
  public String run(String... options) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--module-path", modulePath()));
    command.addAll(List.of(options));
    command.addAll(List.of("--module", "app/app.Main", temp.resolve("state").toString()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
