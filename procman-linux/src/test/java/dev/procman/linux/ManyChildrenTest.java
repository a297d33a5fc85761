package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ExitStatus;
import dev.procman.Signal;
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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many children at once.
class ManyChildrenTest {
  private static final long FLOOD = 6L << 30;
  private static final int CALM = 99;

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

  /// Notes how late each line comes; a line is the time at which it was printed.
  private static final class Clock implements LaunchListener {
    final ConcurrentLinkedQueue<Long> lateness = new ConcurrentLinkedQueue<>();

    @Override
    public void onOutput(StdStream stream, ByteBuffer bytes) {
      long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
      var text = StandardCharsets.US_ASCII.decode(bytes).toString();
      text.lines().forEach(line -> lateness.add(now - Long.parseLong(line)));
    }

    @Override
    public void onExit(ExitStatus status) {}

    @Override
    public void onDrained(boolean truncated) {}
  }

  private static final class Counter implements LaunchListener {
    final AtomicLong bytes = new AtomicLong();
    final CountDownLatch drained = new CountDownLatch(1);

    @Override
    public void onOutput(StdStream stream, ByteBuffer more) {
      bytes.addAndGet(more.remaining());
    }

    @Override
    public void onExit(ExitStatus status) {}

    @Override
    public void onDrained(boolean truncated) {
      drained.countDown();
    }
  }

  @Test
  void theLinesOfNinetyNineComeInTimeWhileOneFloods() throws Exception {
    var clock = new Clock();
    var calm = new ArrayList<LaunchedProcess>();
    for (int i = 0; i < CALM; i++) {
      calm.add(
          launches.launch(
              clock,
              "/bin/bash",
              "-c",
              "while :; do t=$EPOCHREALTIME; echo ${t/[.,]/}000; sleep 0.1; done"));
    }
    Launches.soon().until(() -> clock.lateness.size() > CALM);
    clock.lateness.clear();
    var counter = new Counter();
    long begun = System.nanoTime();
    launches.launch(
        counter,
        Launches.request(
            Optional.empty(), Map.of(), "/usr/bin/head", "-c", Long.toString(FLOOD), "/dev/zero"));
    assertThat(counter.drained.await(120, TimeUnit.SECONDS)).isTrue();
    double seconds = (System.nanoTime() - begun) / 1e9;
    var late = clock.lateness.stream().sorted().toList();
    for (var process : calm) {
      process.signal(Signal.KILL);
    }
    assertThat(counter.bytes).hasValue(FLOOD);
    assertThat(late).hasSizeGreaterThan(CALM);
    System.out.printf(
        "%.1f GB/s for %.1f s; %d lines of others late by %.1f ms (median), %.1f ms (p99), %.1f ms (most)%n",
        FLOOD / 1e9 / seconds,
        seconds,
        late.size(),
        late.get(late.size() / 2) / 1e6,
        late.get(late.size() * 99 / 100) / 1e6,
        late.getLast() / 1e6);
    // A second is what a starved reader would exceed; a busy machine does not.
    assertThat(late.get(late.size() * 99 / 100) / 1_000_000).isLessThan(1000);
  }
}
