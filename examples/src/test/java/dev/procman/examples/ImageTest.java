package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run-time image made by jlink, with the starter in it.
class ImageTest {
  private static final Pattern MODULES =
      Pattern.compile(
          ".*/(procman|procman-(api|core|proc|linux|health|watch))(-[\\w.-]+\\.jar|/target/.*)"
              + "|.*/(slf4j-api|slf4j-nop|jspecify)-[\\w.-]+\\.jar");

  private static final String PROGRAM =
      """
      package app;

      import dev.procman.ProcessManager;
      import dev.procman.ProcessSpec;
      import java.nio.file.Path;
      import java.time.Duration;

      public final class Main {
        public static void main(String[] args) throws Exception {
          try (var manager = ProcessManager.builder().stateDirectory(Path.of(args[0])).build()) {
            var echo = manager.start(ProcessSpec.named("echo").command("echo", "hi").build());
            var report = echo.awaitExit(Duration.ofSeconds(60));
            System.out.println(report.lastLines().getFirst().text() + " by " + report.usage().isPresent());
          }
        }
      }
      """;

  @TempDir Path temp;

  @Test
  void anImageWithTheStarterRunsAndIsServedByTheLinuxLauncher() throws Exception {
    var source = Files.createDirectories(temp.resolve("source/app"));
    Files.writeString(source.resolve("Main.java"), PROGRAM);
    Files.writeString(
        temp.resolve("source/module-info.java"), "module app { requires dev.procman.starter; }");
    String path = modulePath();
    run(
        "javac",
        "-d",
        temp.resolve("classes").toString(),
        "-p",
        path,
        temp.resolve("source/module-info.java").toString(),
        source.resolve("Main.java").toString());
    run(
        "jlink",
        "--module-path",
        path + File.pathSeparator + temp.resolve("classes"),
        "--add-modules",
        "app,org.slf4j.nop",
        "--launcher",
        "app=app/app.Main",
        "--add-options=--enable-native-access=dev.procman.linux",
        "--output",
        temp.resolve("image").toString());
    var image =
        new ProcessBuilder(
                temp.resolve("image/bin/app").toString(), temp.resolve("state").toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(image.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).isEqualTo("hi by true\n");
    assertThat(image.waitFor()).isZero();
  }

  private static String modulePath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> MODULES.matcher(entry).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void run(String tool, String... arguments) {
    var said = new StringWriter();
    var writer = new PrintWriter(said);
    int code = ToolProvider.findFirst(tool).orElseThrow().run(writer, writer, arguments);
    assertThat(code).as("%s: %s", tool, said).isZero();
  }
}
