package dev.procman.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.proc.ListenTable.Entry;
import dev.procman.proc.ListenTable.Reading;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListenTableTest {
  private static final String IPV4 =
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
         1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0
         2: 0100007F:1F90 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0 20 4 30 10 -1
      """;
  private static final String IPV6 =
      """
        sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 444 1 0 100 0 0 10 0
         1: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 555 1 0 100 0 0 10 0
         2: 0000000000000000FFFF00000100007F:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 666 1 0 100 0 0 10 0
      """;

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static final List<Entry> ALL =
      Stream.of(IPV4, IPV6).flatMap(table -> parse(table, Reading.ALL).stream()).toList();

  private static List<Entry> parse(String table, Reading reading) {
    return ListenTable.parse(table.lines(), reading);
  }

  private static List<Long> takers(String target, int port) {
    return ListenTable.takers(ALL, address(target), port).stream().map(Entry::inode).toList();
  }

  @Test
  void listeningSocketsOfBothFamiliesAreRead() {
    assertThat(ALL)
        .containsExactly(
            new Entry(address("127.0.0.1"), 8080, 111),
            new Entry(address("0.0.0.0"), 80, 222),
            new Entry(address("::"), 80, 444),
            new Entry(address("::1"), 8080, 555),
            new Entry(address("127.0.0.1"), 81, 666));
  }

  @Test
  void readingEndsWhereListeningSocketsEnd() {
    var broken = IPV4 + "   3: this line is not read 0A";
    assertThat(parse(broken, Reading.LISTENING_FIRST)).hasSize(2);
  }

  @Test
  void aSocketBoundToTheAddressComesFirst() {
    assertThat(takers("127.0.0.1", 8080)).containsExactly(111L);
    assertThat(takers("::1", 8080)).containsExactly(555L);
    assertThat(takers("127.0.0.1", 81)).containsExactly(666L);
  }

  @Test
  void aSocketOfTheOwnFamilyComesBeforeOneThatServesBoth() {
    assertThat(takers("127.0.0.1", 80)).containsExactly(222L);
    assertThat(takers("::1", 80)).containsExactly(444L);
  }

  @Test
  void aSocketOfIpv6TakesIpv4WhenThereIsNoOther() {
    var only6 = parse(IPV6, Reading.ALL);
    assertThat(ListenTable.takers(only6, address("127.0.0.1"), 80))
        .extracting(Entry::inode)
        .containsExactly(444L);
  }

  @Test
  void aSocketOfIpv4NeverTakesIpv6() {
    assertThat(ListenTable.takers(parse(IPV4, Reading.ALL), address("::1"), 80)).isEmpty();
  }

  @Test
  void nobodyTakesWhatNobodyListensTo() {
    assertThat(takers("127.0.0.2", 8080)).isEmpty();
    assertThat(takers("127.0.0.1", 9)).isEmpty();
  }
}
