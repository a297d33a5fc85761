package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcTextsTest {
  /// Recorded on Linux 6.18, of a shell that had waited for children; the name is put in.
  private static final String STAT =
      "5054 (%s) S 4992 4991 7692 0 -1 4194304 101 20 3 4 250 31 1000 2 20 0 7 0 233187 3133440 406"
          + " 18446744073709551615 93845913890816 93845913910697 140729061997936 0 0 0 0 0 0 0 0 0"
          + " 17 0 0 0 0 0 0 93845913926704 93845913928320 93846370660352 140729062005271"
          + " 140729062005291 140729062005291 140729062006763 0\n";

  private static final String IO =
      """
      rchar: 6976
      wchar: 12
      syscr: 10
      syscw: 3
      read_bytes: 4096
      write_bytes: 8192
      cancelled_write_bytes: 0
      """;

  private static final String STATUS =
      """
      Name:	python3
      Umask:	0022
      State:	S (sleeping)
      Pid:	5054
      VmRSS:	    1624 kB
      VmSwap:	      24 kB
      Threads:	1
      voluntary_ctxt_switches:	7
      nonvoluntary_ctxt_switches:	2
      """;

  private static final String ROLLUP =
      """
      555555554000-7ffff7fff000 ---p 00000000 00:00 0                          [rollup]
      Rss:                1636 kB
      Pss:                 206 kB
      Pss_Dirty:           124 kB
      Shared_Clean:       1428 kB
      Private_Clean:        84 kB
      Private_Dirty:       124 kB
      SwapPss:               0 kB
      """;

  private static final String LIMITS =
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max cpu time              unlimited            unlimited            seconds
      Max open files            20000                524288               files
      Max locked memory         8388608              8388608              bytes
      """;

  private final StatLine stat = new StatLine();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private boolean parse(String text) {
    return stat.parse(bytes(text), bytes(text).length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat",
        "a b",
        "a) R 1",
        "((",
        ")",
        "",
        "x\ny",
        ") S 1 1 (",
        "größe)\t( 3",
        "1 2 3"
      })
  void anyNameLeavesTheFieldsAfterItAlone(String name) {
    assertThat(parse(STAT.formatted(name))).isTrue();
    assertThat(stat.state).isEqualTo((byte) 'S');
    assertThat(stat.parent).isEqualTo(4992);
    assertThat(stat.minorFaults).isEqualTo(121);
    assertThat(stat.majorFaults).isEqualTo(7);
    assertThat(stat.userTicks).isEqualTo(1250);
    assertThat(stat.systemTicks).isEqualTo(33);
    assertThat(stat.threads).isEqualTo(7);
    assertThat(stat.startTicks).isEqualTo(233187);
    assertThat(stat.residentPages).isEqualTo(406);
    assertThat(stat.isDead()).isFalse();
  }

  @Test
  void anyCutTextIsRefusedUpToTheLastFieldThatIsUsed() {
    var text = STAT.formatted("cat");
    int used = text.indexOf("406");
    for (int length = 0; length < used; length++) {
      assertThat(stat.parse(bytes(text), length)).as("length %s", length).isFalse();
    }
    assertThat(stat.parse(bytes(text), used + 3)).isTrue();
  }

  @Test
  void zombieIsDead() {
    assertThat(parse(STAT.formatted("cat").replace(") S", ") Z"))).isTrue();
    assertThat(stat.isDead()).isTrue();
  }

  @Test
  void fieldsAreFoundByTheirNamesAtTheBeginningOfALine() {
    var io = bytes(IO);
    assertThat(Bytes.after(io, io.length, ProcTexts.STORAGE_READ)).isEqualTo(4096);
    assertThat(Bytes.after(io, io.length, ProcTexts.STORAGE_WRITTEN)).isEqualTo(8192);
    assertThat(Bytes.after(io, io.length, ProcTexts.READ_CALLS)).isEqualTo(10);
    assertThat(Bytes.after(io, io.length, ProcTexts.WRITE_CALLS)).isEqualTo(3);
    var status = bytes(STATUS);
    assertThat(ProcTexts.swapped(status, status.length)).isEqualTo(24 * 1024);
    assertThat(Bytes.after(status, status.length, ProcTexts.VOLUNTARY)).isEqualTo(7);
    assertThat(Bytes.after(status, status.length, ProcTexts.INVOLUNTARY)).isEqualTo(2);
    var rollup = bytes(ROLLUP);
    assertThat(ProcTexts.proportional(rollup, rollup.length)).isEqualTo(206 * 1024);
    assertThat(ProcTexts.unique(rollup, rollup.length)).isEqualTo((84 + 124) * 1024);
    var limits = bytes(LIMITS);
    assertThat(ProcTexts.descriptorLimit(limits, limits.length)).isEqualTo(20000);
  }

  @Test
  void whatIsNotThereIsAbsentAndNotZero() {
    var none = bytes("Name:	kthreadd\nThreads:	1\n");
    assertThat(ProcTexts.swapped(none, none.length)).isEqualTo(ProcTexts.ABSENT);
    assertThat(ProcTexts.proportional(none, none.length)).isEqualTo(ProcTexts.ABSENT);
    assertThat(ProcTexts.unique(none, none.length)).isEqualTo(ProcTexts.ABSENT);
    var unlimited = bytes("Max open files            unlimited            unlimited\n");
    assertThat(ProcTexts.descriptorLimit(unlimited, unlimited.length)).isEqualTo(ProcTexts.ABSENT);
  }

  @Test
  void numbersTooLargeForALongAreTheLargestLong() {
    var text = bytes("18446744073709551615 7");
    assertThat(Bytes.number(text, 0, text.length)).isEqualTo(Long.MAX_VALUE);
    assertThat(Bytes.number(text, 20, text.length)).isEqualTo(7);
    assertThat(Bytes.number(text, text.length, text.length)).isEqualTo(-1);
  }

  @Test
  void unitsComeFromTheAuxiliaryVector() {
    for (var order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      var vector = ByteBuffer.allocate(64).order(order);
      vector.putLong(33).putLong(77).putLong(6).putLong(65536).putLong(17).putLong(250);
      vector.putLong(0).putLong(0);
      assertThat(SystemUnits.parse(vector.array(), 64, order))
          .isEqualTo(new SystemUnits(65536, 4_000_000));
    }
  }

  @Test
  void idsGoAround() {
    assertThat(ProcSampler.isBetween(11, 10, 20)).isTrue();
    assertThat(ProcSampler.isBetween(10, 10, 20)).isFalse();
    assertThat(ProcSampler.isBetween(20, 10, 20)).isTrue();
    assertThat(ProcSampler.isBetween(21, 10, 20)).isFalse();
    assertThat(ProcSampler.isBetween(32000, 31000, 400)).isTrue();
    assertThat(ProcSampler.isBetween(300, 31000, 400)).isTrue();
    assertThat(ProcSampler.isBetween(500, 31000, 400)).isFalse();
    assertThat(ProcSampler.behind(31000, 400)).isGreaterThan(ProcSampler.behind(32000, 400));
    assertThat(ProcSampler.behind(32000, 400)).isGreaterThan(ProcSampler.behind(300, 400));
  }
}
