package dev.procman;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/// A log file that is rotated: `app.log` becomes `app.log.1`, which becomes `app.log.2`, and so on.
/// Immutable.
///
/// Several processes may name one file. It then has one set of settings, and a specification that
/// asks for others is rejected; what is written of each line, [#streams()] and [#prefix()], is each
/// process's own matter. Each process's lines stay in order, and none is torn by another's. JVMs
/// that write one file take turns.
///
/// Only regular files are rotated, truncated or deleted. A device, a FIFO, and this JVM's own
/// output under a name such as `/dev/stdout` or `/dev/fd/1` are written to as they are, and size,
/// age, owner and mode do not concern them. Of a link to a file it is the file that is rotated.
///
/// @param path the file; its directory is created; `${name}` is filled in
/// @param maxBytes rotated before it would grow beyond this; default 10 MiB
/// @param keep how many rotated files are kept; default 5
/// @param maxAge rotated when its first line is older than this; zero means never; default zero
/// @param keepFor rotated files that were last written longer ago than this are deleted at the next
///   rotation; zero means never; default zero
/// @param compress whether rotated files are compressed, to `app.log.1.gz`, a moment after the
///   rotation; default false
/// @param streams what is written to it; default both standard output and standard error
/// @param prefix what each line begins with; default nothing
/// @param owner the user the file belongs to, by name or number; default the one that the process
///   runs as. Another than this JVM's needs a privilege
/// @param group the group the file belongs to, by name or number; default that of the owner
/// @param mode the permissions of the file, such as 0640; default what the file mode creation mask
///   of this JVM leaves of 0666
public record RotatingFile(
    Path path,
    long maxBytes,
    int keep,
    Duration maxAge,
    Duration keepFor,
    boolean compress,
    Set<StdStream> streams,
    Set<Prefix> prefix,
    Optional<String> owner,
    Optional<String> group,
    OptionalInt mode) {

  /// What a line may begin with. In this order, each followed by a space.
  public enum Prefix {
    /// When it was read, in UTC with milliseconds: `2026-11-30T09:15:00.123Z`.
    TIME,
    /// The name of the process.
    PROCESS,
    /// `stdout` or `stderr`.
    STREAM
  }

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a part is out of range; the message names it
  public RotatingFile {
    if (maxBytes < 1024) {
      throw new InvalidSpecException("output.file.maxBytes", maxBytes, "use 1024 or more");
    }
    if (keep < 0 || keep > 10_000) {
      throw new InvalidSpecException("output.file.keep", keep, "use 0 to 10000");
    }
    InvalidSpecException.requireNotNegative("output.file.maxAge", maxAge);
    InvalidSpecException.requireNotNegative("output.file.keepFor", keepFor);
    streams = copy(StdStream.class, streams);
    if (streams.isEmpty()) {
      throw new InvalidSpecException(
          "output.file.streams", streams, "name standard output, standard error, or both");
    }
    prefix = copy(Prefix.class, prefix);
    requireName("owner", owner);
    requireName("group", group);
    mode.ifPresent(bits -> {
      if (bits < 0 || bits > 0777) {
        throw new InvalidSpecException(
            "output.file.mode", Integer.toOctalString(bits), "use 0 to 0777");
      }
    });
  }

  /// In the order of the enumeration, so that equal sets also read the same.
  private static <E extends Enum<E>> Set<E> copy(Class<E> type, Collection<E> some) {
    var copy = EnumSet.noneOf(type);
    copy.addAll(some);
    return Collections.unmodifiableSet(copy);
  }

  private static void requireName(String field, Optional<String> name) {
    name.ifPresent(text -> {
      if (text.isBlank()) {
        throw new InvalidSpecException("output.file." + field, text, "name one, or leave it out");
      }
    });
  }

  /// That file with the defaults above.
  public static RotatingFile at(Path path) {
    return new RotatingFile(
        path,
        10L * 1024 * 1024,
        5,
        Duration.ZERO,
        Duration.ZERO,
        false,
        EnumSet.allOf(StdStream.class),
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }

  /// With another size limit, in bytes.
  public RotatingFile maxBytes(long bytes) {
    return with(draft -> draft.maxBytes = bytes);
  }

  /// With another number of rotated files kept.
  public RotatingFile keep(int files) {
    return with(draft -> draft.keep = files);
  }

  /// With an age limit of its first line.
  public RotatingFile maxAge(Duration age) {
    return with(draft -> draft.maxAge = age);
  }

  /// With an age limit of rotated files.
  public RotatingFile keepFor(Duration age) {
    return with(draft -> draft.keepFor = age);
  }

  /// With rotated files compressed.
  public RotatingFile compressed() {
    return with(draft -> draft.compress = true);
  }

  /// With the lines of this stream only.
  public RotatingFile only(StdStream stream) {
    return with(draft -> draft.streams = Set.of(stream));
  }

  /// With lines that begin with these, in the order of [Prefix].
  public RotatingFile prefix(Prefix... parts) {
    return with(draft -> draft.prefix = Set.copyOf(List.of(parts)));
  }

  /// Belonging to that user, by name or number.
  public RotatingFile owner(String user) {
    return with(draft -> draft.owner = Optional.of(user));
  }

  /// Belonging to that group, by name or number.
  public RotatingFile group(String name) {
    return with(draft -> draft.group = Optional.of(name));
  }

  /// With permissions such as 0640.
  public RotatingFile mode(int permissions) {
    return with(draft -> draft.mode = OptionalInt.of(permissions));
  }

  private RotatingFile with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.file();
  }

  /// The same parts, to be changed.
  private static final class Draft {
    private final Path path;
    private long maxBytes;
    private int keep;
    private Duration maxAge;
    private Duration keepFor;
    private boolean compress;
    private Set<StdStream> streams;
    private Set<Prefix> prefix;
    private Optional<String> owner;
    private Optional<String> group;
    private OptionalInt mode;

    private Draft(RotatingFile from) {
      path = from.path;
      maxBytes = from.maxBytes;
      keep = from.keep;
      maxAge = from.maxAge;
      keepFor = from.keepFor;
      compress = from.compress;
      streams = from.streams;
      prefix = from.prefix;
      owner = from.owner;
      group = from.group;
      mode = from.mode;
    }

    private RotatingFile file() {
      return new RotatingFile(
          path, maxBytes, keep, maxAge, keepFor, compress, streams, prefix, owner, group, mode);
    }
  }
}
