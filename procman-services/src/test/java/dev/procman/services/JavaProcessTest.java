package dev.procman.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.OutputLine;
import dev.procman.ProcessSpec;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

class JavaProcessTest extends ServiceTest {

  /// Says what it was given.
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      System.out.println(Arrays.asList(arguments));
      System.out.println(System.getProperty("greeting"));
      System.out.println(System.getProperty("java.home"));
      System.out.println(System.getProperty("java.class.path").length());
    }
  }

  private List<String> said(ProcessSpec.Builder spec) throws Exception {
    var process = manager.start(spec.build());
    var report = process.awaitExit(LIMIT);
    var said = process.output().lines().stream().map(OutputLine::text).toList();
    assertThat(report.success()).as("%s", said).isTrue();
    return said;
  }

  @Test
  void aMainClassRunsWithThisJvmsClassPathAndJava() throws Exception {
    var said =
        said(
            JavaProcess.of(Main.class)
                .options("-Xmx64m")
                .property("greeting", "hello ${name}")
                .arguments("a b", "${name}", "$$x")
                .named("main"));
    assertThat(said)
        .containsExactly(
            "[a b, main, $x]",
            "hello main",
            System.getProperty("java.home"),
            String.valueOf(System.getProperty("java.class.path").length()));
  }

  @Test
  void aClassPathLongerThanAWordMayBeIsGivenInAFile() throws Exception {
    var entries = new ArrayList<Path>();
    for (int i = 0; i < 3000; i++) {
      entries.add(
          Path.of("/no/such/directory/with a blank, a \\ and a $dollar/library-" + i + ".jar"));
    }
    Arrays.stream(System.getProperty("java.class.path").split(":", -1))
        .map(Path::of)
        .forEach(entries::add);
    var said =
        said(JavaProcess.of(Main.class).classPath(entries.toArray(Path[]::new)).named("main"));
    int length = entries.stream().mapToInt(path -> path.toString().length() + 1).sum() - 1;
    assertThat(length).isGreaterThan(131_071);
    assertThat(said.getLast()).isEqualTo(String.valueOf(length));
  }

  @Test
  void aDebuggerMayAttach() throws Exception {
    var process = ready(JavaProcess.of(Waiting.class).debuggable().named("main").build());
    var hello = "JDWP-Handshake".getBytes(StandardCharsets.US_ASCII);
    var answer =
        await()
            .atMost(LIMIT)
            .ignoreExceptions()
            .until(
                () -> {
                  var address = InetAddress.ofLiteral("127.0.0.1");
                  try (var socket = new Socket(address, process.port(JavaProcess.DEBUG_PORT))) {
                    socket.getOutputStream().write(hello);
                    return socket.getInputStream().readNBytes(hello.length);
                  }
                },
                bytes -> bytes.length > 0);
    assertThat(answer).isEqualTo(hello);
  }

  /// Ends with its input.
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] arguments) throws Exception {
      while (System.in.read() >= 0) {
        // Not yet.
      }
    }
  }

  @Test
  void aMainClassOfANamedModuleRunsFromTheModulePath() throws Exception {
    var sources = Files.createDirectories(temp.resolve("src/shop"));
    Files.writeString(temp.resolve("src/module-info.java"), "module shop {}");
    Files.writeString(
        sources.resolve("Till.java"),
        """
        package shop;
        public class Till {
          public static void main(String[] arguments) {
            System.out.println(Till.class.getModule().getName());
          }
        }
        """);
    var classes = temp.resolve("classes");
    int code =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-d",
                classes.toString(),
                temp.resolve("src/module-info.java").toString(),
                sources.resolve("Till.java").toString());
    assertThat(code).isZero();
    assertThat(said(JavaProcess.of("shop/shop.Till").modulePath(classes).named("till")))
        .containsExactly("shop");
  }
}
