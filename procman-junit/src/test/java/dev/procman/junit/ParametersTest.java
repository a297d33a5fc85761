package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised.Scope;
import dev.procman.services.Executables;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.io.TempDir;

class ParametersTest {

  static class Served {
    @Supervised static final ProcessSpec ONE = sleeper("one");
    @Supervised static final ProcessSpec TWO = sleeper("two");

    Served(@Supervised("two") ManagedProcess ofConstructor) {
      Seen.running(ofConstructor);
    }

    @BeforeAll
    static void before(@Supervised ManagedProcess one) {
      Seen.running(one);
    }

    @Test
    void byNameOfParameterOrAnnotation(
        @Supervised ManagedProcess one, @Supervised("two") ManagedProcess other) {
      Seen.running(one);
      Seen.running(other);
    }
  }

  @Test
  void parametersGetTheProcessOfTheirNameOrOfTheNameAskedFor() {
    var pids = Seen.by(Served.class);
    assertThat(pids).hasSize(4);
    assertThat(pids.get(2)).isEqualTo(pids.get(0)).isNotEqualTo(pids.get(1));
    assertThat(pids.get(3)).isEqualTo(pids.get(1));
  }

  static class Only {
    @Supervised final ProcessSpec spec = sleeper("one");

    @Test
    void whateverTheName(@Supervised ManagedProcess anything) {
      Seen.running(anything);
    }
  }

  @Test
  void theOnlyProcessNeedsNoName() {
    assertThat(Seen.by(Only.class)).hasSize(1);
  }

  static class ByHand {
    @Test
    void startsWhatItWants(@Supervised ProcessManager manager) throws Exception {
      var process = manager.start(sleeper("by-hand"));
      process.awaitReady(Duration.ofSeconds(10));
      Seen.running(process);
    }
  }

  @Test
  void whatATestStartsByHandEndsWithIt() {
    assertThat(Seen.by(ByHand.class)).hasSize(1);
  }

  static class Unknown {
    @Supervised static final ProcessSpec ONE = sleeper("one");
    @Supervised static final ProcessSpec TWO = sleeper("two");

    @Test
    void wants(@Supervised("three") ManagedProcess three) {
      Seen.running(three);
    }
  }

  static class None {
    @Test
    void wants(@Supervised ManagedProcess db) {
      Seen.running(db);
    }
  }

  static class WrongParameter {
    @Test
    void wants(@Supervised String text) {
      assertThat(text).isEmpty();
    }
  }

  static class WrongField {
    @Supervised static String text;

    @Test
    void wants() {}
  }

  static class FinalField {
    @Supervised final ProcessSpec spec = sleeper("one");
    @Supervised static final ManagedProcess ONE = null;

    @Test
    void wants() {}
  }

  static class NoSpec {
    @Supervised static ProcessSpec spec;

    @Test
    void wants() {}
  }

  static class TooWide {
    @Supervised(scope = Scope.SESSION)
    final ProcessSpec spec = sleeper("one");

    @Test
    void wants() {}
  }

  static class NoServer {
    @Supervised
    static final ProcessSpec DB =
        ProcessSpec.named("db")
            .command(Executables.require("no-such-server", "nope").toString())
            .build();

    @Test
    void wants() {}
  }

  @Test
  void aMissingServerOfAStaticSpecificationIsToldInItsOwnWords() {
    assertThat(Kit.run(NoServer.class).failure())
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContainingAll(
            "NoServer.DB", "'no-such-server' was not found", "apt-get install");
  }

  @Test
  void aParameterWhoseNameTheCompilerLeftOutGetsTheRemedy(@TempDir Path temp) throws Exception {
    var source =
        Files.writeString(
            temp.resolve("Nameless.java"),
            """
            import dev.procman.*;
            import dev.procman.junit.*;
            import org.junit.jupiter.api.Test;

            class Nameless {
              @Supervised static final ProcessSpec ONE =
                  ProcessSpec.named("one").command("sleep", "1000").build();
              @Supervised static final ProcessSpec TWO =
                  ProcessSpec.named("two").command("sleep", "1000").build();

              @Test
              void wants(@Supervised ManagedProcess one) {}
            }
            """);
    int failed =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                temp.toString(),
                source.toString());
    assertThat(failed).isZero();
    try (var loader = new URLClassLoader(new URL[] {temp.toUri().toURL()})) {
      assertThat(Kit.run(loader.loadClass("Nameless")).failure())
          .hasMessageContainingAll("-parameters", "one, two", "@Supervised(\"name\")");
    }
  }

  @Test
  void whatCannotBeGivenIsRefusedWithTheRemedy() {
    assertThat(Kit.run(Unknown.class).failure())
        .hasMessageContainingAll("'three'", "one, two", "@Supervised(\"name\")");
    assertThat(Kit.run(None.class).failure())
        .hasMessageContainingAll("'db'", "no process is started yet");
    assertThat(Kit.run(WrongParameter.class).failure())
        .hasMessageContainingAll("ManagedProcess or ProcessManager", "String text");
    assertThat(Kit.run(WrongField.class).failure())
        .hasMessageContainingAll("ProcessSpec or ManagedProcess", "WrongField.text");
    assertThat(Kit.run(FinalField.class).failure()).hasMessageContainingAll("FinalField.ONE");
    assertThat(Kit.run(NoSpec.class).failure())
        .hasMessageContainingAll("NoSpec.spec", "is null", "where it is declared");
    assertThat(Kit.run(TooWide.class).failure())
        .hasMessageContainingAll("TooWide.spec", "SESSION", "make it static");
  }
}
