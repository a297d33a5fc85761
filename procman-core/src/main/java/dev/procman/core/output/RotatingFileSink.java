package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.RotatingFile;
import dev.procman.RotatingFile.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One process's lines to a file, UTF-8, one LF each, by way of the file's [Appender].
///
/// Lines are gathered only while more are queued, so an idle child's last line is always in the
/// file.
final class RotatingFileSink implements BufferedSink {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final RotatingFile settings;
  private final Path path;
  private final FileOwner owner;
  private final GatheredLines gathered = new GatheredLines();
  private Appenders.@Nullable Use use;
  private boolean hasFailed;
  private @Nullable LostLinesException lostEarlier;

  RotatingFileSink(RotatingFile settings, String process) {
    this(settings, process, new FileOwner(settings.owner(), settings.group(), settings.mode()));
  }

  RotatingFileSink(RotatingFile settings, String process, FileOwner owner) {
    this.settings = settings;
    this.path = pathOf(settings, process).toAbsolutePath();
    this.owner = owner;
  }

  static Path pathOf(RotatingFile settings, String process) {
    var text = settings.path().toString().replace("${name}", process);
    return settings.path().getFileSystem().getPath(text);
  }

  @Override
  public void write(String process, OutputLine line) throws LostLinesException {
    if (!settings.streams().contains(line.stream())) {
      return;
    }
    byte[] bytes = text(process, line).getBytes(StandardCharsets.UTF_8);
    LostLinesException failure = null;
    if (!gathered.hasRoom(bytes.length)) {
      try {
        flush();
      } catch (LostLinesException lost) {
        failure = lost;
      }
    }
    gathered.add(bytes, line.time());
    if (failure != null) {
      throw failure;
    }
    if (gathered.isFull()) {
      flush();
    }
  }

  private String text(String process, OutputLine line) {
    var prefix = settings.prefix();
    if (prefix.isEmpty()) {
      return line.text() + '\n';
    }
    var text = new StringBuilder(line.text().length() + 64);
    if (prefix.contains(Prefix.TIME)) {
      text.append(time(line.time())).append(' ');
    }
    if (prefix.contains(Prefix.PROCESS)) {
      text.append(process).append(' ');
    }
    if (prefix.contains(Prefix.STREAM)) {
      text.append(line.stream().name().toLowerCase(Locale.ROOT)).append(' ');
    }
    return text.append(line.text()).append('\n').toString();
  }

  private static String time(Instant time) {
    return TIME.format(time);
  }

  @Override
  public void flush() throws LostLinesException {
    if (gathered.isEmpty()) {
      return;
    }
    try {
      appender().append(gathered);
    } catch (LostLinesException lost) {
      hasFailed = true;
      throw withEarlier(lost.count(), lost);
    } catch (IOException unreachable) {
      hasFailed = true;
      throw withEarlier(gathered.lineCount(), unreachable);
    } finally {
      gathered.clear();
    }
    if (lostEarlier != null) {
      throw withEarlier(0, lostEarlier);
    }
  }

  private LostLinesException withEarlier(long count, IOException failure) {
    var earlier = lostEarlier;
    lostEarlier = null;
    var cause = failure.getCause() instanceof IOException inner ? inner : failure;
    return new LostLinesException(count + (earlier == null ? 0 : earlier.count()), cause);
  }

  @Override
  public void drain() throws LostLinesException {
    flush();
    var present = use;
    if (present != null) {
      present.appender().drain(gathered);
    }
  }

  /// Where links are on the way, and after a failure, the path may lead elsewhere by now.
  private Appender appender() throws IOException {
    var present = use;
    if (present != null
        && (hasFailed || !present.path().real().equals(path))
        && !present.path().equals(LogPath.of(path))) {
      try {
        present.appender().drain(gathered);
      } catch (LostLinesException lost) {
        lostEarlier = lost;
      }
      leave();
      present = null;
    }
    if (present == null) {
      present = Appenders.ofThisJvm().use(path, FileKeeping.of(settings), owner);
      use = present;
    }
    hasFailed = false;
    return present.appender();
  }

  private void leave() {
    var present = use;
    use = null;
    if (present != null) {
      present.close();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      drain();
    } finally {
      leave();
    }
  }
}
