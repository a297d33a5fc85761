package dev.procman.core.host;

import dev.procman.Hook;
import dev.procman.LaunchException;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.RegistryException;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.RestartPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/// The main class of the second JVM: a host that does what lines of its standard input tell, and
/// answers each with a line that begins with `@`. The end of the input ends it.
public final class HostMain {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int STORMERS = 3;
  private static final int SHAPES = 5;

  /// How many children of each stormer live at once.
  private static final int KEPT = 6;

  private final Path stateDirectory;
  private final boolean guarded;
  private final List<PortLeases.Lease> leases = new ArrayList<>();
  private final ProcessManager manager;

  private HostMain(Path stateDirectory, boolean guarded) {
    this.stateDirectory = stateDirectory;
    this.guarded = guarded;
    this.manager = manager(stateDirectory);
  }

  private ProcessManager manager(Path directory) {
    return ProcessManager.builder()
        .stateDirectory(directory)
        .orphanGuard(guarded)
        .defaultStop(StopSequence.graceful(Duration.ofMillis(300)))
        .build();
  }

  /// @param args the state directory, and whether there is to be a guard
  public static void main(String[] args) throws Exception {
    var host = new HostMain(Path.of(args[0]), Boolean.parseBoolean(args[1]));
    answer("up");
    var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = orders.readLine()) != null; ) {
      var words = line.split(" ");
      switch (words[0]) {
        case "trees" -> host.trees();
        case "cleared" -> host.cleared(words[1]);
        case "storm" -> host.storm();
        case "starve" -> host.starve();
        case "start-stop" -> host.startAndStop();
        case "many" -> host.many(words[1], words[2].equals("cleared"));
        case "another" -> host.another(Path.of(words[1]));
        case "lease" -> host.lease(Integer.parseInt(words[1]));
        case "lease-port" -> host.leasePort(Integer.parseInt(words[1]));
        case "try-port" -> host.tryPort(Integer.parseInt(words[1]));
        case "foreign" -> host.foreign(words[1]);
        case "bare" -> host.bare(words[1]);
        case "data" -> host.data();
        case "throw" -> host.leaveByException();
        case "exit" -> System.exit(3);
        case "halt" -> Runtime.getRuntime().halt(3);
        case "exit-in-listener" -> host.exitInListener();
        case "exit-in-hook" -> host.exitInHook();
        case "start-while-ending" -> host.startWhileEnding();
        case "end" -> {
          return;
        }
        default -> answer(line);
      }
    }
  }

  private static void answer(String text) {
    System.out.println("@" + text);
  }

  /// One of each kind that is hard to end.
  private void trees() throws Exception {
    start(ProcessSpec.named("plain").command("sleep", "1000").build());
    start(
        script(
            "family", "sh -c 'sleep 1000 & wait' & setsid sleep 1000 & (setsid sleep 1000 &); "));
    start(script("deaf", "trap '' TERM HUP INT; sh -c 'while :; do sleep 1; done' & "));
    start(script("nohup", "nohup sleep 1000 >/dev/null 2>&1 & "));
    answer("trees");
  }

  private void start(ProcessSpec spec) throws Exception {
    manager.start(spec).awaitReady(LIMIT);
  }

  /// A program that becomes another user's, and is to be killed.
  private void foreign(String user) throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("foreign")
                .command(
                    "setpriv",
                    "--reuid=" + user,
                    "--regid=" + user,
                    "--clear-groups",
                    "sh",
                    "-c",
                    "echo changed; exec sleep 1000")
                .stop(new StopSequence(List.of(), Duration.ofMillis(100)))
                .build());
    while (process.output().lineCount() == 0) {
      Thread.onSpinWait();
    }
    Thread.ofVirtual().start(process::stop);
    process.awaitState(LIMIT, ProcessState.STUCK);
    answer(process.pid().orElseThrow() + " " + process.snapshot().reason());
  }

  private static ProcessSpec script(String name, String children) {
    return ProcessSpec.named(name).shell(children + "while :; do sleep 0.5; done").build();
  }

  /// A child whose own child can be told by its parent only.
  private void cleared(String pidFile) throws Exception {
    start(script("cleared", "env -i sleep 1000 & echo $! >" + pidFile + "; "));
    while (!Files.exists(Path.of(pidFile)) || Files.readString(Path.of(pidFile)).isBlank()) {
      Thread.onSpinWait();
    }
    answer("cleared");
  }

  /// Starts, restarts and stops of children of all kinds, from several threads, for ever.
  private void storm() {
    var some = new CountDownLatch(STORMERS);
    for (int i = 0; i < STORMERS; i++) {
      var names = new ArrayDeque<String>();
      String prefix = "storm" + i + "-";
      var random = new Random();
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            for (int count = 0; ; count++) {
              String name = prefix + count;
              manager.start(shape(name, random.nextInt(SHAPES)));
              some.countDown();
              names.add(name);
              if (names.size() > KEPT) {
                manager.get(names.remove()).remove();
              } else if (random.nextBoolean()) {
                manager.get(name).restart();
              }
            }
          });
    }
    try {
      some.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
    answer("storm");
  }

  private static ProcessSpec shape(String name, int shape) {
    var spec = ProcessSpec.named(name).restart(RestartPolicy.always());
    return switch (shape) {
      case 0 -> spec.command("sleep", "1000").build();
      case 1 -> spec.shell("sleep 1000 & setsid sleep 1000 & (setsid sleep 1000 &); wait").build();
      case 2 -> spec.shell("trap '' TERM HUP INT; sh -c 'sleep 1000; true' & wait").build();
      case 3 -> spec.shell("(nohup sleep 1000 >/dev/null 2>&1 &); exit 0").build();
      default -> spec.command("true").build();
    };
  }

  /// Listeners that compute without a pause, as many as there are carriers of virtual threads.
  private void starve() throws Exception {
    var begun = new CountDownLatch(Runtime.getRuntime().availableProcessors());
    for (long i = begun.getCount(); i > 0; i--) {
      manager
          .events()
          .subscribe(_ -> {
            begun.countDown();
            while (true) {
              Thread.onSpinWait();
            }
          });
    }
    var _ = manager.register(ProcessSpec.named("trigger").command("true").build());
    begun.await();
    // The JDK has no more carriers than that.
    while (Thread.ofVirtual().start(() -> {}).join(Duration.ofMillis(200))) {
      Thread.onSpinWait();
    }
    answer("starved");
  }

  private void startAndStop() throws Exception {
    var process = manager.start(ProcessSpec.named("late").command("sleep", "1000").build());
    process.awaitReady(LIMIT);
    var _ = process.stop();
    answer(process.state().name());
  }

  /// A tree of that many processes that ignore TERM. Cleared ones keep the footprint only.
  private void many(String count, boolean cleared) throws Exception {
    var one =
        cleared
            ? "/usr/bin/env -i PROCMAN_FOOTPRINT=$PROCMAN_FOOTPRINT /bin/sleep 1000"
            : "/bin/sleep 1000";
    var process =
        manager.start(
            ProcessSpec.named("many")
                .shell(
                    "trap '' TERM; i=0; while [ $i -lt %s ]; do %s & i=$((i+1)); done; echo all; wait"
                        .formatted(count, one))
                .build());
    var all = new CountDownLatch(1);
    try (var _ = process.output().follow(line -> all.countDown())) {
      all.await();
      answer("many");
    }
  }

  /// A second manager of this JVM, under another name of the same directory.
  private void another(Path directory) throws Exception {
    var second = manager(directory);
    second.start(ProcessSpec.named("second").command("sleep", "1000").build()).awaitReady(LIMIT);
    answer("another");
  }

  private void lease(int count) {
    var ports = new PortLeases(StateDirectory.open(Optional.of(stateDirectory)));
    var numbers = new StringBuilder();
    for (int i = 0; i < count; i++) {
      var lease = ports.lease();
      leases.add(lease);
      numbers.append(' ').append(lease.port());
    }
    answer("leased" + numbers);
  }

  private void leasePort(int port) {
    leases.add(new PortLeases(StateDirectory.open(Optional.of(stateDirectory))).lease(port));
    answer("leased " + port);
  }

  private void tryPort(int port) {
    try {
      leasePort(port);
    } catch (LaunchException refused) {
      answer(refused.getMessage());
    }
  }

  /// A child that is known by its pid only: it has no mark.
  private void bare(String name) throws Exception {
    start(ProcessSpec.named(name).command("env", "-i", "sleep", "1000").build());
    answer("bare " + manager.get(name).pid().orElseThrow());
  }

  /// Two processes with directories: one lives, one has failed.
  private void data() throws Exception {
    var lives = data("lives", "exec sleep 1000");
    var failed = data("failed", "exit 3");
    manager.get("failed").awaitExit(LIMIT);
    answer("data " + lives + " " + failed);
  }

  private String data(String name, String end) throws Exception {
    var process = manager.start(ProcessSpec.named(name).shell("echo '${data.d}'; " + end).build());
    while (process.output().lines().isEmpty()) {
      Thread.onSpinWait();
    }
    return process.output().lines().getFirst().text();
  }

  private void leaveByException() {
    try (manager) {
      throw new IllegalStateException("the host's own fault");
    }
  }

  private void exitInListener() {
    manager.events().on(ProcessEvent.ProcessStopped.class, _ -> System.exit(4));
    var _ = manager.get("plain").stop();
  }

  private void exitInHook() throws Exception {
    start(
        ProcessSpec.named("hooked")
            .command("sleep", "1000")
            .hook(Hook.Point.AFTER_READY, _ -> System.exit(5))
            .build());
  }

  /// Starts processes, and makes managers, all the time until that is refused.
  private void startWhileEnding() throws Exception {
    var begun = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              try {
                for (int i = 0; ; i++) {
                  manager.start(
                      ProcessSpec.named("late" + i)
                          .shell("trap '' TERM; while :; do sleep 1; done")
                          .build());
                  begun.countDown();
                }
              } catch (RegistryException closed) {
                try {
                  var late = manager(stateDirectory);
                  late.start(ProcessSpec.named("later").command("sleep", "1000").build());
                } catch (IllegalStateException ending) {
                  note("refused");
                }
              }
            }));
    System.exit(0);
  }

  private void note(String text) {
    try {
      Files.writeString(stateDirectory.resolveSibling("note"), text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
