package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAnswerTest {

  private static HttpAnswer read(String text) throws IOException {
    var bytes = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    return HttpAnswer.read(new ByteArrayInputStream(bytes), false);
  }

  @Test
  void aBodyEndsWhereItsLengthSays() throws Exception {
    assertThat(read("HTTP/1.1 200 OK\nContent-Length: 4\n\nbodyand more"))
        .returns(200, HttpAnswer::status)
        .returns("body", HttpAnswer::body)
        .returns(false, HttpAnswer::cut);
  }

  @Test
  void chunksAreJoinedAndTheirExtensionsIgnored() throws Exception {
    var answer =
        read(
            "HTTP/1.1 200 OK\nTransfer-Encoding: gzip, Chunked\n\n4;a=b\nbody\nB\n of chunks!\n0\n\n");
    assertThat(answer.body()).isEqualTo("body of chunks!");
  }

  @Test
  void aBodyInManySmallChunksIsNoLongHead() throws Exception {
    var answer =
        read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n" + "1\nx\n".repeat(30_000) + "0\n\n");
    assertThat(answer.body()).hasSize(30_000);
  }

  @Test
  void withoutALengthTheBodyEndsWithTheConnection() throws Exception {
    assertThat(read("HTTP/1.0 200 OK\n\nto the end").body()).isEqualTo("to the end");
  }

  @Test
  void bareLineFeedsAndAMissingReasonAreAccepted() throws Exception {
    var answer =
        HttpAnswer.read(new ByteArrayInputStream("HTTP/1.1 404\nX-A:  b \n\n".getBytes()), false);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("x-a")).contains("b");
  }

  @Test
  void interimAnswersAreSkipped() throws Exception {
    var answer =
        read("HTTP/1.1 103 Early Hints\nLink: x\n\nHTTP/1.1 204 No Content\nContent-Length: 9\n\n");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("link")).isEmpty();
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void switchingProtocolsIsFinal() throws Exception {
    assertThat(read("HTTP/1.1 101 Switching Protocols\n\nframes").status()).isEqualTo(101);
  }

  @Test
  void aBodyOfExactlyTheLimitIsNotCutAndOneByteMoreIs() throws Exception {
    var limit = "x".repeat(64 * 1024);
    assertThat(read("HTTP/1.1 200 OK\n\n" + limit).cut()).isFalse();
    assertThat(read("HTTP/1.1 200 OK\n\n" + limit + "y"))
        .returns(limit, HttpAnswer::body)
        .returns(true, HttpAnswer::cut);
    assertThat(read("HTTP/1.1 200 OK\nContent-Length: 65536\n\n" + limit).cut()).isFalse();
    assertThat(read("HTTP/1.1 200 OK\nContent-Length: 65537\n\n" + limit + "y").cut()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                          | closed without an answer",
        "HTTP/1.1 200 OK~Content-Le                  | broke off in its head",
        "~                                           | the answer is empty",
        "HTTP/2 200~~                                | is not HTTP: HTTP/2 200",
        "HTTP/1.1 999 What~~                         | is not HTTP: HTTP/1.1 999 What",
        "HTTP/1.1 200 OK~Content-Length: -3~~        | a length of '-3'",
        "HTTP/1.1 200 OK~Content-Length: 3, 3~~abc   | a length of '3, 3'",
        "HTTP/1.1 200 OK~Content-Length: 5~~abc      | broke off after 3 of 5 bytes",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~abc | broke off after 3 of 5 bytes",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~zz~ | a length of 'zz'",
      })
  void whatIsNoAnswerIsAnErrorThatSaysSo(String answer, String words) {
    assertThatThrownBy(() -> read(answer.replace("~", "\n")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(words);
  }

  @Test
  void anEndlessHeadIsGivenUp() {
    assertThatThrownBy(() -> read("HTTP/1.1 200 OK\nX: " + "y".repeat(70_000)))
        .hasMessageContaining("longer than 64 KiB");
  }
}
