package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.OutputSettings;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Both decoders beside one that is obviously right because it has all bytes at once.
class LineDecoderTest {
  private static final String[] PIECES = {
    "a",
    "plain text ",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "ü",
    "€",
    "日本",
    "😀",
    "😀😀😀😀😀😀",
    "\uD83D",
    "0123456789abcdef",
    "\u0085",
    "\u2028",
    "\0",
    "\uFEFF"
  };

  private record Line(String text, boolean cut) {
    /// Legible whatever is in it.
    @Override
    public String toString() {
      var legible = new StringBuilder(cut ? "cut " : "");
      text.chars()
          .forEach(c -> legible.append(c > ' ' && c < 127 ? "" + (char) c : "\\%04x".formatted(c)));
      return legible.toString();
    }
  }

  private static LineDecoder decoder(Charset charset, int limit) {
    return LineDecoder.of(OutputSettings.ofDefaults().charset(charset).maxLineLength(limit));
  }

  private static List<Line> reference(byte[] bytes, Charset charset, int limit) throws Exception {
    CharBuffer chars =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE)
            .replaceWith("\uFFFD")
            .decode(ByteBuffer.wrap(bytes));
    var lines = new ArrayList<Line>();
    String rest = chars.toString();
    for (int lf; (lf = rest.indexOf('\n')) >= 0; rest = rest.substring(lf + 1)) {
      boolean cr = lf > 0 && rest.charAt(lf - 1) == '\r';
      lines.add(cut(rest.substring(0, cr ? lf - 1 : lf), limit));
    }
    if (!rest.isEmpty()) {
      lines.add(cut(rest, limit));
    }
    return lines;
  }

  private static Line cut(String text, int limit) {
    if (text.length() <= limit) {
      return new Line(text, false);
    }
    boolean tears =
        Character.isHighSurrogate(text.charAt(limit - 1))
            && Character.isLowSurrogate(text.charAt(limit));
    return new Line(text.substring(0, tears ? limit - 1 : limit), true);
  }

  private static List<Line> decode(
      LineDecoder decoder, byte[] bytes, Random random, int longestChunk) {
    var lines = new ArrayList<Line>();
    LineDecoder.Lines take = (text, cut) -> lines.add(new Line(text, cut));
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + random.nextInt(longestChunk + 1));
      // Somewhere in a larger array that is overwritten afterwards, as a launcher's buffer is.
      int before = random.nextInt(3);
      var buffer = new byte[before + to - from + random.nextInt(3)];
      random.nextBytes(buffer);
      System.arraycopy(bytes, from, buffer, before, to - from);
      decoder.decode(buffer, before, before + to - from, take);
      random.nextBytes(buffer);
      from = to;
    }
    decoder.end(take);
    return lines;
  }

  private static byte[] someText(Random random, Charset charset) {
    var text = new StringBuilder();
    for (int i = random.nextInt(60); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString().getBytes(charset);
  }

  private static byte[] someBytes(Random random, Charset charset) {
    var bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(8); i > 0; i--) {
      bytes.writeBytes(someText(random, charset));
      for (int k = random.nextInt(6); k > 0; k--) {
        bytes.write(random.nextInt(256));
      }
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UTF-8",
        "US-ASCII",
        "ISO-8859-1",
        "UTF-16LE",
        "UTF-16BE",
        "UTF-16",
        "UTF-32",
        "windows-1252",
        "Shift_JIS",
        "GB18030",
        "ISO-2022-JP",
        "IBM1047"
      })
  void howeverTheBytesAreCutTheLinesAreTheSame(String name) throws Exception {
    var charset = Charset.forName(name);
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int run = 0; run < 2000; run++) {
      var bytes = run % 2 == 0 ? someText(random, charset) : someBytes(random, charset);
      int limit = 16 + random.nextInt(30);
      var decoder = decoder(charset, limit);
      var expected = reference(bytes, charset, limit);
      for (int longestChunk : new int[] {1, 7, 64, 100_000}) {
        assertThat(decode(decoder, bytes, random, longestChunk))
            .as("%s, seed %d, run %d, chunks to %d", name, seed, run, longestChunk)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "US-ASCII", "ISO-8859-1", "UTF-16LE", "Shift_JIS"})
  void aLineOfExactlyTheLimitIsWholeAndOneMoreIsCut(Charset charset) {
    for (String end : List.of("\n", "\r\n", "")) {
      for (int length : new int[] {15, 16, 17, 18, 19, 20, 21, 52, 53, 1000}) {
        var bytes = ("x".repeat(length) + end).getBytes(charset);
        for (int chunk : new int[] {1, 5, 100_000}) {
          assertThat(decode(decoder(charset, 16), bytes, new Random(1), chunk))
              .as("%d characters, end '%s', chunk %d", length, end.strip(), chunk)
              .containsExactly(new Line("x".repeat(Math.min(length, 16)), length > 16));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "UTF-16LE", "GB18030"})
  void aPairOfSurrogatesIsNeverTorn(Charset charset) {
    var bytes = ("x".repeat(15) + "😀😀\n" + "x".repeat(14) + "😀\n").getBytes(charset);
    for (int chunk : new int[] {1, 2, 3, 100}) {
      assertThat(decode(decoder(charset, 16), bytes, new Random(2), chunk))
          .containsExactly(new Line("x".repeat(15), true), new Line("x".repeat(14) + "😀", false));
    }
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, x", "UTF-8, €", "UTF-8, 😀", "ISO-8859-1, x", "UTF-16LE, 😀"})
  void anEndlessLineIsHandedOverOnceItIsTooLongAndTheRestIsForgotten(Charset charset, String unit) {
    var lines = new ArrayList<Line>();
    var decoder = decoder(charset, 1000);
    var chunk = unit.repeat(4000).getBytes(charset);
    decoder.decode(chunk, 0, chunk.length, (text, cut) -> lines.add(new Line(text, cut)));
    assertThat(lines).hasSize(1);
    for (int i = 0; i < 2000; i++) { // some 30 MB
      decoder.decode(chunk, 0, chunk.length, (text, cut) -> lines.add(new Line(text, cut)));
    }
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst().cut()).isTrue();
    assertThat(lines.getFirst().text()).hasSize(1000);
    var end = "\nnext\n".getBytes(charset);
    decoder.decode(end, 0, end.length, (text, cut) -> lines.add(new Line(text, cut)));
    assertThat(lines.getLast()).isEqualTo(new Line("next", false));
  }

  @Test
  void whatIsNotTerminatedCanBeLookedAtWithoutEndingIt() {
    for (var charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
      var decoder = LineDecoder.of(OutputSettings.ofDefaults().charset(charset).maxLineLength(16));
      var lines = new ArrayList<String>();
      for (String part : List.of("one\ntw", "o")) {
        byte[] bytes = part.getBytes(charset);
        decoder.decode(bytes, 0, bytes.length, (text, _) -> lines.add(text));
      }
      assertThat(decoder.unfinished()).isEqualTo("two");
      byte[] rest = ("!\n").getBytes(charset);
      decoder.decode(rest, 0, rest.length, (text, _) -> lines.add(text));
      assertThat(decoder.unfinished()).isEmpty();
      assertThat(lines).containsExactly("one", "two!");
      byte[] most = "x".repeat(17).getBytes(charset);
      decoder.decode(most, 0, most.length, (text, _) -> lines.add(text));
      assertThat(decoder.unfinished()).isEqualTo("x".repeat(16));
    }
  }

  @Test
  void anEndStartsAfresh() {
    var decoder = decoder(StandardCharsets.UTF_16, 100);
    // A byte order mark counts for one generation only.
    var little = new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0};
    var big = new byte[] {0, 'b'};
    assertThat(decode(decoder, little, new Random(3), 1)).containsExactly(new Line("a", false));
    assertThat(decode(decoder, big, new Random(3), 1)).containsExactly(new Line("b", false));
  }

  @Test
  void aTornCharacterAtTheEndIsReplaced() {
    var torn = new byte[] {'a', (byte) 0xE2, (byte) 0x82};
    assertThat(decode(decoder(StandardCharsets.UTF_8, 100), torn, new Random(4), 1))
        .containsExactly(new Line("a\uFFFD", false));
  }

  @Test
  void nothingIsNoLine() {
    assertThat(decode(decoder(StandardCharsets.UTF_8, 100), new byte[0], new Random(5), 1))
        .isEmpty();
  }
}
