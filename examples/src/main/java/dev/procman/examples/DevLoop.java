package dev.procman.examples;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import dev.procman.watch.FileChange;
import dev.procman.watch.FileWatch;
import dev.procman.watch.WatchEvent.ChangeApplied;
import dev.procman.watch.WatchEvent.ChangeFailed;
import dev.procman.watch.WatchEvent.FilesChanged;
import dev.procman.watch.WatchEvent.WatchStarted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;

/// A development loop: a Java program is restarted when its classes change, and the time from the
/// compiler's save to the program being ready is printed. It compiles nothing; that is the editor's
/// or the build's work, which is played here: three versions are compiled, the second of which does
/// not start. It ends by itself.
public final class DevLoop implements AutoCloseable {
  private static final String PROGRAM =
      """
      public class App {
        public static void main(String[] args) throws Exception {
          MORE
          System.out.println("version NUMBER is ready");
          Thread.currentThread().join(); // serves until it is stopped
        }
      }
      """;

  private final ProcessManager manager;
  private final LinkedBlockingQueue<String> results = new LinkedBlockingQueue<>();
  private volatile Instant saved = Instant.now();

  DevLoop(Path classes, String main) {
    manager = ProcessManager.create();
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    manager.events().on(WatchStarted.class, _ -> results.add("watching"));
    manager.events().on(FilesChanged.class, changed -> saved = lastSave(changed.changes()));
    manager.events().on(ChangeApplied.class, applied -> results.add(ready(applied)));
    manager.events().on(ChangeFailed.class, failed -> results.add(firstLine(failed.reason())));
    // region dev-loop
    manager.start(
        ProcessSpec.named("app")
            .command(java, "-cp", classes.toString(), main)
            .ready(HealthChecks.output("is ready"))
            .with(
                FileWatch.of(classes)
                    .include("**/*.class")
                    .debounce(Duration.ofMillis(100))
                    .stayDownOnFailure()) // until the next save
            .build());
    // endregion
  }

  private String ready(ChangeApplied applied) {
    return "generation %d is ready %d ms after the save"
        .formatted(applied.generation(), Duration.between(saved, applied.meta().time()).toMillis());
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static Instant lastSave(List<FileChange> changes) {
    return changes.stream()
        .flatMap(change -> modified(change.path()).stream())
        .max(Comparator.naturalOrder())
        .orElseGet(Instant::now);
  }

  private static Optional<Instant> modified(Path file) {
    try {
      return Optional.of(Files.getLastModifiedTime(file).toInstant());
    } catch (IOException deleted) {
      return Optional.empty();
    }
  }

  /// What became of the last save.
  String next() throws InterruptedException {
    var result = results.poll(30, TimeUnit.SECONDS);
    if (result == null) {
      throw new IllegalStateException("nothing happened");
    }
    return result;
  }

  @Override
  public void close() {
    manager.close();
  }

  /// Plays.
  public static void main(String[] args) throws Exception {
    var directory = Files.createTempDirectory("dev-loop-");
    var classes = Files.createDirectory(directory.resolve("classes"));
    compile(directory, classes, 1, "");
    try (var loop = new DevLoop(classes, "App")) {
      System.out.println(loop.next());
      loop.manager.get("app").awaitReady(Duration.ofSeconds(30));
      compile(directory, classes, 2, "if (args.length == 0) throw new Exception(\"a mistake\");");
      System.out.println(loop.next());
      compile(directory, classes, 3, "");
      System.out.println(loop.next());
    } finally {
      delete(directory);
    }
  }

  private static void compile(Path directory, Path classes, int version, String more)
      throws IOException {
    var source = directory.resolve("App.java");
    Files.writeString(source, PROGRAM.replace("MORE", more).replace("NUMBER", "" + version));
    var compiler = ToolProvider.getSystemJavaCompiler();
    int code =
        compiler.run(null, null, null, "-proc:none", "-d", classes.toString(), source.toString());
    if (code != 0) {
      throw new IllegalStateException("version " + version + " does not compile");
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var all = Files.walk(directory)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
