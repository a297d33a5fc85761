package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import dev.procman.ExitStatus;
import dev.procman.StdStream;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchedProcess;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many children at once.
class ManyChildrenTest {
  private static final int CALM = 99;
  private static final int ROUNDS = 5;

  @TempDir Path temp;

  private final Launches launches = new Launches();

  @AfterEach
  void close() {
    launches.close();
  }

  /// A thousand at once; prints how many threads more there are than with none.
  static final class Thousand {
    public static void main(String[] args) throws Exception {
      try (var launcher = new LinuxLauncher()) {
        Launches.runOnce(launcher, "/bin/true");
        int before = Launches.threads();
        var tolds = new ArrayList<Launches.Told>();
        var processes = new ArrayList<LaunchedProcess>();
        for (int i = 0; i < 1000; i++) {
          var told = new Launches.Told();
          tolds.add(told);
          processes.add(
              launcher.launch(
                  Launches.request(
                      Optional.empty(), Map.of(), "/bin/sh", "-c", "echo up; read line; exit 5"),
                  told));
        }
        for (var told : tolds) {
          Launches.soon().until(() -> told.out().equals("up\n"));
        }
        System.out.println("threads " + (Launches.threads() - before));
        for (var process : processes) {
          process.stdin().close();
        }
        for (var told : tolds) {
          if (told.code() != 5) {
            System.out.println("code " + told.code());
          }
        }
      }
      System.out.println("zombies " + Launches.zombies());
    }
  }

  @Tag("long")
  @Test
  void aThousandAtOnceTakeNoThreadEachAndLittleMemory() throws Exception {
    var jvm =
        SecondJvm.run(
            temp, List.of(), List.of("-Xmx256m", SecondJvm.NATIVE_ACCESS), Thousand.class);
    assertThat(jvm.out()).as("%s", jvm.err()).hasSize(2).last().isEqualTo("zombies []");
    System.out.println("with 1000 children more " + jvm.out().getFirst());
    int more = Integer.parseInt(jvm.out().getFirst().substring("threads ".length()));
    assertThat(more).isLessThanOrEqualTo(4);
  }

  /// Counts the bytes of one child.
  private static final class Flood implements LaunchListener {
    final AtomicLong bytes = new AtomicLong();

    @Override
    public void onOutput(StdStream stream, ByteBuffer more) {
      bytes.addAndGet(more.remaining());
    }

    @Override
    public void onExit(ExitStatus status) {}

    @Override
    public void onDrained(boolean truncated) {}
  }

  /// The flood never ends by itself, so a reader that served it first would never come to the
  /// others.
  @Test
  void theLinesOfNinetyNineComeWhileOneFloods() throws Exception {
    var tolds = new ArrayList<Launches.Told>();
    var calm = new ArrayList<LaunchedProcess>();
    for (int i = 0; i < CALM; i++) {
      var told = new Launches.Told();
      tolds.add(told);
      calm.add(launches.launch(told, "/bin/cat"));
    }
    var flood = new Flood();
    launches.launch(flood, "/bin/cat", "/dev/zero");
    Launches.soon().until(() -> flood.bytes.get() > 0);
    for (int round = 1; round <= ROUNDS; round++) {
      long before = flood.bytes.get();
      String expected = "line\n".repeat(round);
      for (var process : calm) {
        process.stdin().write("line\n".getBytes(StandardCharsets.US_ASCII));
        process.stdin().flush();
      }
      for (var told : tolds) {
        Launches.soon().until(() -> told.out().equals(expected));
      }
      Launches.soon().until(() -> flood.bytes.get() > before);
    }
  }
}
