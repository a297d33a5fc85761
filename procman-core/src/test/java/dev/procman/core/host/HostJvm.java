package dev.procman.core.host;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A second JVM that runs [HostMain].
public final class HostJvm implements AutoCloseable {
  private static final int LIMIT_SECONDS = 60;

  private final Process process;
  private final Writer orders;
  private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Queue<String> talk = new ConcurrentLinkedQueue<>();

  private HostJvm(Process process) {
    this.process = process;
    this.orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("host-jvm-" + process.pid()).start(this::listen);
  }

  /// Starts one with a guard and waits until its manager is there.
  public static HostJvm start(Path stateDirectory, Footprint footprint) throws IOException {
    return start(stateDirectory, footprint, true);
  }

  /// Starts one and waits until its manager is there.
  public static HostJvm start(Path stateDirectory, Footprint footprint, boolean guarded)
      throws IOException {
    return start(stateDirectory, footprint, guarded, Map.of());
  }

  /// Starts one with more in its environment and waits until its manager is there.
  public static HostJvm start(
      Path stateDirectory, Footprint footprint, boolean guarded, Map<String, String> environment)
      throws IOException {
    return start(stateDirectory, footprint, guarded, environment, List.of());
  }

  /// Starts one through another program, such as setpriv(1), and waits until its manager is there.
  public static HostJvm start(
      Path stateDirectory,
      Footprint footprint,
      boolean guarded,
      Map<String, String> environment,
      List<String> through)
      throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<>(through);
    // A JVM leaves signals alone that it finds ignored, as in a job of a shell's background.
    command.addAll(
        List.of(
            "/usr/bin/env",
            "--default-signal=INT,TERM,HUP",
            java,
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            HostMain.class.getName(),
            stateDirectory.toString(),
            Boolean.toString(guarded)));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(footprint.environment());
    builder.environment().putAll(environment);
    var host = new HostJvm(builder.start());
    host.expect("up");
    return host;
  }

  private void listen() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = reader.readLine()) != null; ) {
        if (line.startsWith("@")) {
          answers.add(line.substring(1));
        } else {
          talk.add(line);
        }
      }
    } catch (IOException killed) {
      talk.add(killed.toString());
    }
  }

  /// Its process id.
  public long pid() {
    return process.pid();
  }

  /// Has it do something and waits for the answer.
  public String ask(String order) {
    tell(order);
    return expect("");
  }

  /// Waits for the answer to an earlier order.
  public String answer() {
    return expect("");
  }

  /// Waits longer for the answer to an earlier order, which takes the machine long.
  public String answer(Duration limit) {
    return expect("", limit);
  }

  /// Has it do something, without waiting.
  public void tell(String order) {
    try {
      orders.write(order + "\n");
      orders.flush();
    } catch (IOException gone) {
      throw new UncheckedIOException("the second JVM is gone: " + talk, gone);
    }
  }

  private String expect(String beginning) {
    return expect(beginning, Duration.ofSeconds(LIMIT_SECONDS));
  }

  private String expect(String beginning, Duration limit) {
    try {
      var answer = answers.poll(limit.toSeconds(), SECONDS);
      if (answer == null || !answer.startsWith(beginning)) {
        throw new AssertionError("the second JVM answered " + answer + " and said " + talk);
      }
      return answer;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /// SIGKILL.
  public void kill() {
    process.destroyForcibly();
  }

  /// Waits for its end.
  ///
  /// @return its exit code as a shell shows it
  public int awaitEnd() throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, SECONDS)) {
      throw new AssertionError("the second JVM does not end; it said " + talk);
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    var _ = awaitEnd();
  }
}
