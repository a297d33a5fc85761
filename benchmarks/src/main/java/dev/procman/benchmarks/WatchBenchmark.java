package dev.procman.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.procman.ProcessSpec;
import dev.procman.watch.FileWatch;
import dev.procman.watch.FileWatcher;
import dev.procman.watch.WatchEvent.FilesChanged;
import dev.procman.watch.WatchEvent.WatchStarted;
import dev.procman.watch.WatchedFiles;
import io.methvin.watcher.DirectoryWatcher;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// From a save to the notice of it, and what a watch on a large tree costs. The save writes other
/// bytes into a file in place. Beside procman: directory-watcher, the JDK's service on the file's
/// own directory, and chokidar of Node.js as a program of its own, if `CHOKIDAR` names the
/// directory that holds its `node_modules`.
final class WatchBenchmark {
  static final String SAVE = "save to notice, without debounce";
  static final String BEGIN = "to begin to watch the tree";
  static final String MEMORY = "heap for each directory of ten files";
  static final String IDLE = "processor time per second, idle";
  private static final String PROCMAN = "procman, FileWatcher";
  private static final String EVENT = "procman, FilesChanged";
  private static final String PEER = "directory-watcher";

  private final Effort effort;
  private final Samples into;
  private final Path tree;
  private final AtomicLong count = new AtomicLong();

  private WatchBenchmark(Effort effort, Samples into, Path tree) {
    this.effort = effort;
    this.into = into;
    this.tree = tree;
  }

  static Benchmark benchmark() {
    return new Forked(
        "watch",
        "A watch on files",
        List.of(Target.atMost(20, SAVE, EVENT), Target.atMost(1500, BEGIN, PROCMAN)),
        WatchBenchmark::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    try (var directory = new TemporaryDirectory()) {
      var tree = Files.createDirectory(directory.path.resolve("tree"));
      int directories = effort.turnOf(2000);
      for (int i = 0; i < directories; i++) {
        var made = Files.createDirectories(tree.resolve("p" + i / 50).resolve("d" + i));
        for (int file = 0; file < 10; file++) {
          Files.writeString(made.resolve("f" + file + ".txt"), "content of " + i + " " + file);
        }
      }
      var benchmark = new WatchBenchmark(effort, into, tree);
      benchmark.cost(directories);
      benchmark.begin();
      benchmark.save();
    }
  }

  private WatchedFiles files() {
    return WatchedFiles.under(tree).debounce(Duration.ZERO);
  }

  private AutoCloseable peer(Runnable notice) throws IOException {
    var watcher = DirectoryWatcher.builder().path(tree).listener(_ -> notice.run()).build();
    var _ = watcher.watchAsync();
    return watcher::close;
  }

  private void begin() throws Exception {
    var in = new Samples.Case(BEGIN, Unit.MILLIS);
    for (int i = 0; i < Math.min(3, effort.rounds); i++) {
      long begun = System.nanoTime();
      try (var _ = FileWatcher.start(files(), _ -> {})) {
        into.add(in, PROCMAN, (System.nanoTime() - begun) / 1e6);
      }
      begun = System.nanoTime();
      try (var _ = peer(() -> {})) {
        into.add(in, PEER, (System.nanoTime() - begun) / 1e6);
      }
    }
  }

  private void cost(int directories) throws Exception {
    long before = heap();
    try (var watcher = FileWatcher.start(files(), _ -> {})) {
      cost(PROCMAN, before, directories);
      if (watcher.files().isEmpty()) {
        throw new IllegalStateException("nothing is watched");
      }
    }
    before = heap();
    try (var _ = peer(() -> {})) {
      cost(PEER, before, directories);
    }
  }

  private void cost(String contestant, long before, int directories) {
    // What is read after the start is part of what it keeps.
    pause(effort.idle.dividedBy(4));
    double kept = Math.max(0, heap() - before) / 1024.0 / directories;
    into.add(new Samples.Case(MEMORY, Unit.KILOBYTES), contestant, kept);
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    var idle = effort.idle.dividedBy(4);
    pause(idle);
    double busy = (system.getProcessCpuTime() - cpu) / 1e6 / (idle.toNanos() / 1e9);
    into.add(new Samples.Case(IDLE, Unit.MILLIS), contestant, busy);
  }

  private static long heap() {
    // What was closed ends on threads of its own.
    pause(Duration.ofMillis(200));
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left; (left = until - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  private void save() throws Exception {
    var event = new Stamp();
    var file = tree.resolve("p0/d0/f0.txt");
    try (var managers = new Managers()) {
      var started = new Stamp();
      managers.manager.events().on(WatchStarted.class, _ -> started.set());
      managers.manager.events().on(FilesChanged.class, _ -> event.set());
      var _ =
          managers.manager.register(
              ProcessSpec.named("app")
                  .command("true")
                  .with(FileWatch.of(files()).call((_, _) -> {}))
                  .build());
      started.microsSince(System.nanoTime());
      Turns.play(
          effort,
          20,
          20,
          new Samples.Case(SAVE, Unit.MILLIS),
          List.of(new Contestant(EVENT, () -> save(file, event))),
          into);
    }
    try (var _ = FileWatcher.start(files(), _ -> event.set())) {
      Turns.play(
          effort,
          20,
          20,
          new Samples.Case(SAVE, Unit.MILLIS),
          List.of(new Contestant(PROCMAN, () -> save(file, event))),
          into);
    }
    peers(file);
  }

  private double save(Path file, Stamp notice) throws Exception {
    // Some tell twice of one save, chokidar only of the first within 50 ms.
    pause(Duration.ofMillis(60));
    notice.clear();
    long begun = System.nanoTime();
    Files.writeString(file, "save " + count.incrementAndGet());
    return notice.microsSince(begun) / 1e3;
  }

  private void peers(Path file) throws Exception {
    var in = new Samples.Case(SAVE, Unit.MILLIS);
    var notice = new Stamp();
    try (var _ = peer(notice::set)) {
      Turns.play(effort, 20, 20, in, List.of(new Contestant(PEER, () -> save(file, notice))), into);
    }
    try (var service = file.getFileSystem().newWatchService()) {
      file.getParent().register(service, StandardWatchEventKinds.ENTRY_MODIFY);
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (var key = service.take(); key.reset(); key = service.take()) {
                key.pollEvents();
                notice.set();
              }
            } catch (InterruptedException | java.nio.file.ClosedWatchServiceException over) {
              // The last sample was taken.
            }
          });
      Turns.play(
          effort,
          20,
          20,
          in,
          List.of(new Contestant("JDK WatchService, one directory", () -> save(file, notice))),
          into);
    }
    var home = System.getenv("CHOKIDAR");
    if (home != null) {
      try (var node = new Chokidar(Path.of(home), tree, notice)) {
        Turns.play(
            effort,
            5,
            20,
            in,
            List.of(new Contestant("chokidar, own process", () -> save(file, notice))),
            into);
        into.add(new Samples.Case(BEGIN, Unit.MILLIS), "chokidar, own process", node.begun);
      }
    }
  }
}
