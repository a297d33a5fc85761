package dev.procman.health;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// An answer of an HTTP/1.1 server, as far as a check needs it (RFC 9112). Of the body only the
/// beginning is read, so that an endless or huge one costs neither memory nor time.
///
/// @param status the status code
/// @param headers the headers by lower-case name; of several with one name the last
/// @param body the beginning of the body, read as UTF-8
/// @param cut whether there was more
record HttpAnswer(int status, Map<String, String> headers, String body, boolean cut) {
  private static final int MOST_BODY = 64 * 1024;
  private static final int MOST_HEAD = 64 * 1024;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");
  private static final Set<Integer> BODILESS = Set.of(204, 304);

  /// Reads one.
  ///
  /// @param headOnly whether the question was such that the answer has no body
  /// @throws IOException when it breaks off, or is not HTTP
  static HttpAnswer read(InputStream in, boolean headOnly) throws IOException {
    var head = new Head(in);
    int status = head.status();
    var headers = head.headers();
    while (status < 200 && status != 101) {
      // An interim answer, such as 103 Early Hints; the real one follows.
      status = head.status();
      headers = head.headers();
    }
    var body = new Body(in, head);
    if (!headOnly && status != 101 && !BODILESS.contains(status)) {
      body.read(headers);
    }
    return new HttpAnswer(status, headers, body.bytes.toString(StandardCharsets.UTF_8), body.cut);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /// Lines, up to a limit over all of them.
  private static final class Head {
    private final InputStream in;
    private int left = MOST_HEAD;

    Head(InputStream in) {
      this.in = in;
    }

    int status() throws IOException {
      var line = line();
      var status = STATUS_LINE.matcher(line);
      if (!status.matches()) {
        throw new IOException(
            line.isEmpty()
                ? "the answer is empty"
                : "the answer is not HTTP: " + line.substring(0, Math.min(line.length(), 60)));
      }
      return Integer.parseInt(status.group(1));
    }

    Map<String, String> headers() throws IOException {
      var headers = new TreeMap<String, String>();
      for (var line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          headers.put(
              line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
      }
      return headers;
    }

    String line() throws IOException {
      var line = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new EOFException(
              left == MOST_HEAD
                  ? "the connection was closed without an answer"
                  : "the answer broke off in its head");
        }
        if (--left < 0) {
          throw new IOException("the head of the answer is longer than 64 KiB");
        }
        line.append((char) next);
      }
      int length = line.length();
      return length > 0 && line.charAt(length - 1) == '\r'
          ? line.substring(0, length - 1)
          : line.toString();
    }
  }

  private static final class Body {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final InputStream in;
    private final Head lines;
    boolean cut;

    Body(InputStream in, Head lines) {
      this.in = in;
      this.lines = lines;
    }

    void read(Map<String, String> headers) throws IOException {
      var length = headers.get("content-length");
      if (headers
          .getOrDefault("transfer-encoding", "")
          .toLowerCase(Locale.ROOT)
          .endsWith("chunked")) {
        readChunks();
      } else if (length == null) {
        take(Long.MAX_VALUE);
      } else {
        readWhole(number(length, 10));
      }
    }

    private void readChunks() throws IOException {
      while (!cut) {
        long size = number(lines.line().split(";", 2)[0], 16);
        if (size == 0) {
          return;
        }
        readWhole(size);
        if (!cut) {
          lines.line();
          lines.left = MOST_HEAD;
        }
      }
    }

    private static long number(String text, int radix) throws IOException {
      try {
        return Long.parseUnsignedLong(text.strip(), radix);
      } catch (NumberFormatException wrong) {
        throw new IOException("the answer is not HTTP: a length of '" + text + "'", wrong);
      }
    }

    private void readWhole(long length) throws IOException {
      long taken = take(length);
      if (taken != length && !cut) {
        throw new EOFException("the body broke off after " + taken + " of " + length + " bytes");
      }
    }

    /// Takes so many bytes, or all to the end.
    private long take(long length) throws IOException {
      long taken = 0;
      var chunk = new byte[8192];
      while (taken < length) {
        int room = MOST_BODY - bytes.size();
        if (room == 0) {
          cut = length != Long.MAX_VALUE || in.read() >= 0;
          return taken;
        }
        int count = in.read(chunk, 0, (int) Math.min(Math.min(chunk.length, room), length - taken));
        if (count < 0) {
          return taken;
        }
        bytes.write(chunk, 0, count);
        taken += count;
      }
      return taken;
    }
  }
}
