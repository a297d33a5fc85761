package dev.procman.core.output;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.OutputLine;
import dev.procman.StdStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineBatchTest {
  private static LineBatch batch(byte[] chunk) {
    return new LineBatch(7, 3, StdStream.STDERR, Instant.EPOCH, chunk, 0);
  }

  @Test
  void linesOfTheChunkAndOthersAreInTheirOrder() {
    var chunk = "one\nzwölf\n".getBytes(UTF_8);
    var other = "née".getBytes(ISO_8859_1);
    var batch = batch(chunk);
    for (int i = 0; i < 20; i++) {
      batch.line(chunk, 0, 3, UTF_8);
      batch.line(other, 0, 3, ISO_8859_1);
      batch.line("cut", true);
      batch.line(chunk, 4, 10, UTF_8);
    }
    batch.seal();

    assertThat(batch.size()).isEqualTo(80);
    assertThat(IntStream.range(0, 80).mapToObj(batch::get).map(OutputLine::text))
        .startsWith("one", "née", "cut", "zwölf", "one")
        .endsWith("zwölf");
    assertThat(batch.get(2))
        .isEqualTo(new OutputLine(9, 3, StdStream.STDERR, Instant.EPOCH, "cut", true));
    assertThat(batch.get(3))
        .isEqualTo(new OutputLine(10, 3, StdStream.STDERR, Instant.EPOCH, "zwölf", false));
  }

  @Test
  void aLineIsTextOnlyWhenItIsWanted() {
    var chunk = "seen\nnot\n".getBytes(UTF_8);
    var batch = batch(chunk);
    batch.line(chunk, 0, 4, UTF_8);
    batch.line(chunk, 5, 8, UTF_8);
    batch.seal();
    var seen = batch.get(0);
    Arrays.fill(chunk, (byte) 'x');

    assertThat(seen.text()).isEqualTo("seen");
    assertThat(batch.get(1).text()).isEqualTo("xxx");
  }

  @Test
  void aChunkThatIsMostlyOtherThanLinesIsNotKept() {
    var chunk = Arrays.copyOf("line\n".getBytes(UTF_8), 100);
    var batch = batch(chunk);
    batch.line(chunk, 0, 4, UTF_8);
    batch.seal();
    Arrays.fill(chunk, (byte) 'x');

    assertThat(batch.get(0).text()).isEqualTo("line");
  }

  @Test
  void theRestOfABatchIsTheSameLinesAndKeepsNothingElse() {
    var chunk = "one\ntwo\nthree\r\nfour\n".getBytes(UTF_8);
    var batch = batch(chunk);
    batch.line("begun before", true);
    batch.line(chunk, 4, 7, UTF_8);
    batch.line("made", false);
    batch.line(chunk, 8, 13, UTF_8);
    batch.line(chunk, 15, 19, UTF_8);
    batch.seal();
    for (int first = 0; first <= batch.size(); first++) {
      int from = first;
      var rest = batch.from(first);
      assertThat(IntStream.range(0, rest.size()).mapToObj(rest::get).toList())
          .isEqualTo(IntStream.range(from, batch.size()).mapToObj(batch::get).toList());
    }

    var last = batch.from(4);
    Arrays.fill(chunk, (byte) 'x');
    assertThat(last.get(0).text()).isEqualTo("four");
  }
}
