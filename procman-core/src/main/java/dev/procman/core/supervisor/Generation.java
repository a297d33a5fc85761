package dev.procman.core.supervisor;

import dev.procman.Hook;
import dev.procman.LaunchException;
import dev.procman.LaunchSettings;
import dev.procman.ManagedProcess;
import dev.procman.ProcessId;
import dev.procman.ProcessSpec;
import dev.procman.StandardInput;
import dev.procman.ServiceState;
import dev.procman.core.MaskedException;
import dev.procman.core.host.TempDirs;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.output.OutputLog;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ResourceSampler.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One generation from the decision to start until its report: its launch, its listener, its
/// directories.
final class Generation {
  private enum Stage {
    HOOK,
    SPAWN,
    CANCELLED
  }

  private static final long NOBODY = -1;

  final ProcessId id;
  final ProcessSpec spec;
  private final TempDirs dirs;
  private final TempDirs data;
  private final SupervisorContext context;
  private final PortTable ports;
  private final Masks masks;
  private final OutputLog output;
  private final Consumer<Input> supervisor;
  private final GenerationListener listener;
  private final List<Runnable> newsAwaited = new CopyOnWriteArrayList<>();
  private final AtomicInteger beside = new AtomicInteger();
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.HOOK);
  private volatile Instant spawnedAt = Instant.EPOCH;
  private volatile @Nullable Thread hookThread;
  private volatile @Nullable LaunchedProcess process;
  private volatile @Nullable LaunchPlan plan;
  private volatile @Nullable LaunchException failure;
  private volatile List<String> leftBehind = List.of();
  private volatile @Nullable String exceeded;
  private @Nullable Target target;

  /// @param masks the secrets of the process, to which this one's are added
  /// @param data directories that all generations of the process share
  Generation(
      ProcessId id,
      ProcessSpec spec,
      SupervisorContext context,
      Masks masks,
      TempDirs data,
      PortTable ports,
      OutputLog output,
      Consumer<Input> supervisor) {
    this.id = id;
    this.spec = spec;
    this.context = context;
    this.masks = masks;
    this.data = data;
    this.ports = ports;
    this.output = output;
    this.supervisor = supervisor;
    this.dirs = new TempDirs(id, () -> context.bookkeeper());
    masks.learn(id.generation(), Secrets.declaredBy(spec, System.getenv()));
    this.listener =
        new GenerationListener(
            id.generation(), output, supervisor, () -> newsAwaited.forEach(Runnable::run));
  }

  /// Launches; on a thread of its own when there is host code to run first, else on the calling
  /// thread.
  void launch(ManagedProcess handle) {
    MemoryKills.begin();
    Hook hook = spec.hooks().get(Hook.Point.BEFORE_START);
    if (hook == null) {
      spawn();
      return;
    }
    hookThread =
        Thread.ofVirtual()
            .name("procman-before-start-" + id)
            .start(() -> {
              try {
                HookRunner.call(hook, handle);
              } catch (Throwable thrown) {
                if (stage.compareAndSet(Stage.HOOK, Stage.CANCELLED)) {
                  fail(
                      new LaunchException(
                          LaunchException.Reason.PREPARATION_FAILED,
                          "the hook before the start of '" + id.name() + "' failed: " + thrown,
                          thrown));
                }
                return;
              }
              spawn();
            });
  }

  /// Gives up a launch that is not yet spawning.
  void cancel() {
    if (stage.compareAndSet(Stage.HOOK, Stage.CANCELLED)) {
      var thread = hookThread;
      if (thread != null) {
        thread.interrupt();
      }
      fail(
          new LaunchException(
              LaunchException.Reason.PREPARATION_FAILED,
              "the start of '" + id.name() + "' was given up while its hook before the start ran",
              null));
    }
  }

  private void spawn() {
    if (!stage.compareAndSet(Stage.HOOK, Stage.SPAWN)) {
      return;
    }
    LaunchedProcess launched;
    try {
      var numbers = ports.prepare(spec);
      var owner = context.launcher().owner(spec.launch());
      dirs.belongTo(owner);
      data.belongTo(owner);
      var sources =
          new SpecVariables.Sources(
              numbers, dirs, data, System.getenv(), context.neighbours()::port);
      var prepared = LaunchPlan.of(spec, sources);
      plan = prepared;
      masks.learn(id.generation(), prepared.secrets());
      prepared.writeFiles(owner);
      output.begin(id.generation());
      masks.forgetBefore(Math.min(output.oldestGeneration(), id.generation() - 1));
      if (spec.launch().sockets().isEmpty()) {
        context.launcher().release(context.mark(), id.name());
      }
      context.bookkeeper().beforeSpawn();
      spawnedAt = context.clock().instant();
      launched =
          AsDeclared.of(
              context.launcher(),
              context
                  .launcher()
                  .launch(
                      request(
                          prepared,
                          prepared.command(),
                          id.toString(),
                          prepared.settings(),
                          prepared.inputFile()),
                      listener));
      process = launched;
      output.holdBack(launched::holdOutput);
      if (prepared.input() instanceof StandardInput.Text text) {
        give(launched, text.text());
      }
    } catch (LaunchException exception) {
      fail(exception);
      return;
    } catch (RuntimeException | Error unexpected) {
      fail(
          new LaunchException(
              unexpected instanceof OutOfMemoryError
                  ? LaunchException.Reason.RESOURCES_EXHAUSTED
                  : LaunchException.Reason.OTHER,
              "could not start '" + id.name() + "': " + unexpected,
              unexpected));
      return;
    }
    // First, since the news of its launch may bring that of its end.
    context.bookkeeper().born(id, launched);
    supervisor.accept(new Input.Launched(id.generation(), launched.pid()));
    listener.launchIsKnown();
  }

  /// Writes its input and closes it. A child that does not read holds up a thread, not its start;
  /// its end frees that.
  private void give(LaunchedProcess launched, String text) {
    var bytes = text.getBytes(spec.output().charset());
    Thread.ofPlatform()
        .daemon()
        .name("procman-input-" + id)
        .start(() -> {
          try (var stdin = launched.stdin()) {
            stdin.write(bytes);
            stdin.flush();
          } catch (IOException notTaken) {
            // It has closed its input or ended: it did not want the rest.
          }
        });
  }

  private LaunchRequest request(
      LaunchPlan prepared,
      List<String> command,
      String tree,
      LaunchSettings settings,
      Optional<Path> input) {
    var environment = new HashMap<>(prepared.environment());
    environment.put(LaunchRequest.TREE_MARK, context.mark() + "/" + tree);
    return new LaunchRequest(
        id,
        command,
        prepared.directory(),
        environment,
        spec.output().drainQuiet(),
        settings,
        ports.numbers(),
        input);
  }

  /// A command with this generation's directory and environment, and with a tree of its own: it is
  /// swept like the manager's children, and ending it does not end this generation.
  ///
  /// @param field where the command comes from, for messages
  LaunchRequest beside(String field, List<String> argv) {
    var filled = new ArrayList<String>(argv.size());
    for (String word : argv) {
      filled.add(fill(field + "[" + filled.size() + "]", word));
    }
    return request(
        planned(),
        filled,
        id + "+" + beside.incrementAndGet(),
        spec.launch().forCommandsBeside(),
        Optional.empty());
  }

  /// A text with templates filled in as for this generation.
  ///
  /// @param field where the text comes from, for messages
  String fill(String field, String text) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    var prepared = planned();
    var filled = prepared.fill(field, text);
    var shown = new Secrets(prepared.variables().shownFromEnvironment());
    if (!secrets().includes(shown)) {
      masks.learn(id.generation(), prepared.secrets().and(shown));
    }
    return filled;
  }

  private LaunchPlan planned() {
    var prepared = plan;
    if (prepared == null) {
      throw new IllegalStateException(id + " was never launched");
    }
    return prepared;
  }

  private void fail(LaunchException thrown) {
    var exception = masked(thrown);
    failure = exception;
    supervisor.accept(
        new Input.LaunchFailed(
            id.generation(),
            exception.reason(),
            exception.isRetryable(),
            String.valueOf(exception.getMessage())));
  }

  /// The launcher's words and those of its causes name the command and the directory, into which a
  /// template may have put a secret; a hook's may be anything.
  LaunchException masked(LaunchException thrown) {
    var masked = MaskedException.of(thrown, secrets()::mask);
    return masked instanceof LaunchException shown
        ? shown
        : new LaunchException(
            thrown.reason(),
            secrets().mask(String.valueOf(thrown.getMessage())),
            masked.getCause());
  }

  /// Its own temporary directories, which a person wants to see.
  List<Path> spareDirectories() {
    return dirs.spareForGood();
  }

  /// It has ended: deletes its directories, or keeps them for inspection.
  ///
  /// @return those that are kept, and those of the process if they may be inspected
  List<Path> finishDirectories(boolean keep) {
    var kept = new ArrayList<>(dirs.finish(keep));
    if (keep) {
      kept.addAll(data.spare());
    }
    return kept;
  }

  /// No output of it is taken any more.
  void end() {
    listener.endOfGeneration();
  }

  /// The world knows of its end: it need not be remembered outside of this JVM.
  void forget() {
    process().ifPresent(launched -> context.bookkeeper().gone(id, launched));
  }

  /// How it is told from others when it is measured; what is not of this machine is nobody. Found
  /// out once, since a process that has ended does not tell when it was started.
  synchronized Target target() {
    var known = target;
    if (known == null) {
      var launched = process().orElseThrow();
      known =
          launched
              .identity()
              .map(it -> new Target(id, it.pid(), it.startTime()))
              .orElse(new Target(id, NOBODY, Instant.EPOCH));
      target = known;
    }
    return known;
  }

  /// It is ended for using more than a limit allows; what else it exceeds while it ends is not why.
  /// Called under the lock of who tracks it.
  void exceeded(String words) {
    if (exceeded == null) {
      exceeded = words;
    }
  }

  /// What it left in the background when it ended by itself, and is ended now.
  void leftBehind(List<String> named) {
    leftBehind = named;
  }

  /// What it left in the background, in words.
  List<String> leftBehind() {
    return leftBehind;
  }

  /// The limit that it was ended for, in words.
  Optional<String> exceeded() {
    return Optional.ofNullable(exceeded);
  }

  Optional<LaunchedProcess> process() {
    return Optional.ofNullable(process);
  }

  /// What it has told of itself, secrets masked.
  Optional<ServiceState> serviceState() {
    return process().flatMap(LaunchedProcess::serviceState).map(secrets()::mask);
  }

  /// Has `listener` run whenever it tells something new of itself, by the launcher's thread.
  void onNews(Runnable listener) {
    newsAwaited.add(listener);
  }

  /// Wall time just before its spawn, so that nothing the process did is older.
  Instant spawnedAt() {
    return spawnedAt;
  }

  Optional<LaunchException> failure() {
    return Optional.ofNullable(failure);
  }

  /// What must not be shown of the process now, its own among it.
  Secrets secrets() {
    return masks.now();
  }

  /// The command as it was run, secrets masked; the specification's when it was not.
  List<String> shownCommand() {
    var prepared = plan;
    return prepared == null
        ? spec.command().argv()
        : prepared.command().stream().map(secrets()::mask).toList();
  }

  /// The directory it runs in; this JVM's before it was launched.
  Path directory() {
    var prepared = plan;
    return (prepared == null ? Optional.<Path>empty() : prepared.directory())
        .orElseGet(() -> Path.of(System.getProperty("user.dir", ".")));
  }
}
