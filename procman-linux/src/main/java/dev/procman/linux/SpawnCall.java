package dev.procman.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.procman.LaunchSettings.Session;
import dev.procman.spi.LaunchRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// One call of posix_spawn(3), laid out in memory.
final class SpawnCall implements AutoCloseable {
  /// How many variables can be added to the environment until the program executes.
  static final int SPARE_VARIABLES = 8;

  // posix_spawn_file_actions_t and posix_spawnattr_t hold 80 and 336 bytes in glibc on 64 bits.
  private static final long ACTIONS_SIZE = 256;
  private static final long ATTRIBUTES_SIZE = 1024;
  private static final long SIGNALS_SIZE = 128;

  private final LaunchRequest request;
  private final Arena arena;
  private final MemorySegment actions;
  private final MemorySegment attributes;
  private final MemorySegment file;
  private final MemorySegment argv;
  private final MemorySegment envp;
  private final MemorySegment pid;
  private int variables;
  private int error;

  /// @param program what to execute
  /// @param environment `NAME=value` each
  /// @param descriptors what it finds after its standard streams, see [Given]
  /// @param gate a FIFO that holds the child back until somebody opens it for writing
  SpawnCall(
      Arena arena,
      LaunchRequest request,
      Executable program,
      List<String> environment,
      Streams streams,
      List<Integer> descriptors,
      Optional<String> gate) {
    this.request = request;
    this.arena = arena;
    this.actions = arena.allocate(ACTIONS_SIZE, 16);
    this.attributes = arena.allocate(ATTRIBUTES_SIZE, 16);
    this.pid = arena.allocate(JAVA_INT);
    this.variables = environment.size();
    this.envp = NativeStrings.array(arena, environment, SPARE_VARIABLES, Inherited::bytes);
    this.file = NativeStrings.text(arena, program.file());
    this.argv = NativeStrings.array(arena, program.command(), 0);
    Libc.actionsInit(actions);
    Libc.attributesInit(attributes);
    error = attributes();
    error = error != 0 ? error : streams.connect(actions);
    int next = Given.FIRST;
    for (int descriptor : descriptors) {
      error = error != 0 ? error : Libc.actionsDup2(actions, descriptor, next);
      next++;
    }
    error = error != 0 ? error : Libc.actionsCloseFrom(actions, next);
    // Not before: who is held back must not hold descriptors of this JVM, whose death their ends
    // tell, to the orphan guard among others.
    error = error != 0 || gate.isEmpty() ? error : passGate(gate.get(), next);
    error = error != 0 || request.directory().isEmpty() ? error : changeDirectory();
  }

  private int attributes() {
    var signals = arena.allocate(SIGNALS_SIZE, 16);
    // sigfillset(3) leaves out two that the C library uses itself, which the child would ignore.
    signals.fill((byte) -1);
    int failed = Libc.attributesDefault(attributes, signals);
    Libc.emptySet(signals);
    failed = failed != 0 ? failed : Libc.attributesMask(attributes, signals);
    int flags = Flags.SPAWN_SETSIGDEF | Flags.SPAWN_SETSIGMASK;
    if (request.settings().session() == Session.OWN) {
      flags |= Flags.SPAWN_SETSID;
    }
    return failed != 0 ? failed : Libc.attributesFlags(attributes, (short) flags);
  }

  private int passGate(String gate, int free) {
    int failed = Libc.actionsOpen(actions, free, NativeStrings.text(arena, gate), Flags.O_RDONLY);
    return failed != 0 ? failed : Libc.actionsCloseFrom(actions, free);
  }

  private int changeDirectory() {
    var directory = request.directory().orElseThrow().toAbsolutePath().toString();
    return Libc.actionsChdir(actions, NativeStrings.text(arena, directory));
  }

  /// Adds a variable; until the child executes its program it shares this memory.
  void add(String name, String value) {
    var text = NativeStrings.text(arena, name + "=" + value);
    envp.setAtIndex(ADDRESS, variables, text);
    variables++;
  }

  /// Has the execution fail; until then the child shares this memory.
  void spoil() {
    file.set(JAVA_BYTE, 0, (byte) 0);
  }

  /// Calls; returns when the child executes its program or could not.
  ///
  /// @return 0 or an error number
  int run() {
    if (error != 0) {
      return error;
    }
    return Libc.spawn(pid, file, actions, attributes, argv, envp);
  }

  /// The child, after a call that succeeded.
  int pid() {
    return pid.get(JAVA_INT, 0);
  }

  @Override
  public void close() {
    Libc.actionsDestroy(actions);
    Libc.attributesDestroy(attributes);
  }
}
