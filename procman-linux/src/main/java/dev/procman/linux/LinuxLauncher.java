package dev.procman.linux;

import dev.procman.LaunchSettings;
import dev.procman.ResourceSample;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessOwner;
import dev.procman.spi.ResourceSampler.Target;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Starts processes with posix_spawn(3) and waits for all of them on one thread. Found as a service
/// where Linux, the C library and the JVM permit it; elsewhere it says what is missing. Where this
/// JVM is process 1, as in a container, it reaps orphans, which become zombies otherwise.
/// Thread-safe.
public final class LinuxLauncher implements ProcessLauncher {
  private final ListenSockets sockets = new ListenSockets();
  private final Builder options;
  private final Refinement refinement = new Refinement();
  private @Nullable Reactor reactor;
  private @Nullable ControlGroups groups;
  private @Nullable Adoption adoption;
  private @Nullable Orphans orphans;
  private boolean closed;

  /// With defaults. Called by the service loader; costs nothing until it is used.
  public LinuxLauncher() {
    this(builder());
  }

  private LinuxLauncher(Builder options) {
    this.options = options;
  }

  /// Begins one with options, to be given to [dev.procman.ProcessManagerBuilder#launcher].
  public static Builder builder() {
    return new Builder(false, Optional.empty());
  }

  /// Options of a launcher. Immutable: each method gives another.
  public static final class Builder {
    private final boolean subreaper;
    private final Optional<Path> controlGroup;

    private Builder(boolean subreaper, Optional<Path> controlGroup) {
      this.subreaper = subreaper;
      this.controlGroup = controlGroup;
    }

    /// Whether this JVM adopts what loses its parent below it (PR_SET_CHILD_SUBREAPER in prctl(2)),
    /// so that processes that make daemons of themselves, whatever they do to their environment,
    /// are listed and ended with their trees. It holds for the whole JVM and until its end. What
    /// processes leave behind that others started, such as by [ProcessBuilder], comes to this JVM
    /// too; it is neither touched nor reaped. Default false, since each start then takes the longer
    /// way that launch settings take.
    public Builder subreaper(boolean on) {
      return new Builder(on, controlGroup);
    }

    /// The control group, a directory of cgroup v2 that this user may write, below which those of
    /// processes are made. Default: this JVM's own.
    public Builder controlGroup(Path directory) {
      return new Builder(subreaper, Optional.of(directory));
    }

    /// The launcher.
    public LinuxLauncher build() {
      return new LinuxLauncher(this);
    }
  }

  @Override
  public String name() {
    return "linux";
  }

  @Override
  public Optional<String> unavailable() {
    return Platform.unfit(false);
  }

  @Override
  public Optional<String> unavailableThoughWarningIsAccepted() {
    return Platform.unfit(true);
  }

  @Override
  public Set<Capability> capabilities() {
    var capabilities =
        EnumSet.of(
            Capability.LOCAL_PID,
            Capability.SIGNALS,
            Capability.INPUT_FILE,
            Capability.TREE,
            Capability.RLIMITS,
            Capability.SCHEDULING,
            Capability.CREDENTIALS,
            Capability.TERMINAL,
            Capability.NOTIFICATIONS,
            Capability.SOCKETS);
    if (groups().isUsable()) {
      capabilities.add(Capability.CONTROL_GROUP);
    }
    return capabilities;
  }

  @Override
  public Optional<String> obstacle(LaunchSettings settings) {
    return settings.controlGroup().flatMap(bounds -> groups().obstacle(bounds));
  }

  @Override
  public Optional<ProcessOwner> owner(LaunchSettings settings) {
    return Account.find(settings)
        .filter(account -> !account.isSame())
        .map(account -> new ProcessOwner(account.user(), account.group()));
  }

  @Override
  public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
    var watcher = reactor(request);
    var belongings = Belongings.of(request, this::groups, adoption());
    var socket = noticeSocket(request, belongings);
    var process =
        new LinuxProcess(
            spawn(request, socket, belongings), socket, belongings, request, listener, watcher);
    try {
      watcher.add(process, request);
    } catch (RuntimeException | Error failed) {
      process.giveUp();
      throw failed;
    }
    return process;
  }

  @Override
  public Map<Target, ResourceSample> refine(Map<Target, ResourceSample> samples) {
    Reactor present;
    synchronized (this) {
      present = reactor;
    }
    return present == null ? samples : refinement.of(samples, present.processes());
  }

  private static Optional<NoticeSocket> noticeSocket(LaunchRequest request, Belongings belongings) {
    if (!request.settings().notifications()) {
      return Optional.empty();
    }
    try (var arena = Arena.ofConfined()) {
      var socket = NoticeSocket.open(new Libc(arena), arena);
      if (socket.descriptor() < 0) {
        belongings.giveUp();
        throw Spawner.failure(request, -socket.descriptor());
      }
      return Optional.of(socket);
    }
  }

  private Spawner.Spawned spawn(
      LaunchRequest request, Optional<NoticeSocket> socket, Belongings belongings) {
    try {
      var given = sockets.give(request);
      var before = new ArrayList<>(belongings.before());
      if (!given.descriptors().isEmpty()) {
        // Who is given sockets looks whether it is meant (sd_listen_fds(3)).
        before.add(pid -> Map.of("LISTEN_PID", Integer.toString(pid)));
      }
      return Spawner.spawn(
          request,
          socket.map(open -> given.with(NoticeSocket.VARIABLE, open.address())).orElse(given),
          before);
    } catch (RuntimeException | Error failed) {
      socket.ifPresent(NoticeSocket::close);
      belongings.giveUp();
      throw failed;
    }
  }

  @Override
  public void release(String manager, String process) {
    sockets.release(manager, process);
  }

  private synchronized ControlGroups groups() {
    var present = groups;
    if (present == null) {
      present = new ControlGroups(options.controlGroup);
      groups = present;
    }
    return present;
  }

  private synchronized Optional<Adoption> adoption() {
    if (options.subreaper && adoption == null && !closed) {
      adoption = new Adoption();
    }
    return Optional.ofNullable(adoption);
  }

  private synchronized Reactor reactor(LaunchRequest request) {
    if (closed) {
      throw new IllegalStateException("the launcher is closed");
    }
    var present = reactor;
    if (present == null) {
      present = new Reactor(request);
      reactor = present;
      if (Orphans.comeHere()) {
        orphans = Orphans.reap();
      }
    }
    return present;
  }

  @Override
  public void close() {
    Reactor present;
    synchronized (this) {
      closed = true;
      present = reactor;
      reactor = null;
      if (adoption != null) {
        adoption.close();
      }
      if (orphans != null) {
        orphans.close();
      }
    }
    sockets.close();
    if (present != null) {
      present.close();
    }
  }
}
