package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ledgers left behind, forged by hand: whom the sweep ends, and above all whom it does not.
class LedgerSweepTest {
  @TempDir Path temp;
  private StateDirectory state;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void openStateDirectory() {
    state = StateDirectory.open(Optional.of(temp.resolve("state")));
  }

  @AfterEach
  void endAll() throws Exception {
    for (var process : started) {
      process.destroyForcibly();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Process start(String... command) throws IOException {
    var process = new ProcessBuilder(command).start();
    started.add(process);
    return process;
  }

  private static long ticks(Process process) {
    return ProcFs.startTicks(process.pid()).orElseThrow();
  }

  private static String birth(Process process) {
    return "+ " + process.pid() + " " + ticks(process) + " 1-dead/web#1\n";
  }

  private Path ledger(String text) throws IOException {
    return ledger("1-dead", text);
  }

  private Path ledger(String mark, String text) throws IOException {
    return Files.writeString(
        state.ledgers().resolve(mark + ".ledger"), text, StandardCharsets.ISO_8859_1);
  }

  @Test
  void aLedgerThatIsGivenUpWhileAChildLivesIsLeftToTheNextSweep() throws Exception {
    var child = start("sleep", "1000");
    var ledger = Ledger.create(state, "1-stuck");
    ledger.born("1-stuck/web#1", child.pid(), ticks(child));
    ledger.close();
    assertThat(LedgerSweep.sweep(state)).containsExactly(child.pid());
    assertThat(ledger.file()).doesNotExist();
  }

  @Test
  void whatALedgerNamesIsEnded() throws Exception {
    var left = start("sleep", "1000");
    var file = ledger(Ledger.header() + birth(left));
    assertThat(LedgerSweep.sweep(state)).containsExactly(left.pid());
    assertThat(left.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(file).doesNotExist();
  }

  @Test
  void whatIsInTheControlGroupOfATreeIsEndedWithIt() throws Exception {
    var daemon = start("env", "-i", "sleep", "1000");
    var stranger = start("env", "-i", "sleep", "1000");
    var group = group("procman-1-2-3", daemon);
    var foreign = group("procman-1-3-3", stranger);
    var file =
        ledger(
            "1-2-abc",
            Ledger.header()
                + "g 1-2-abc/web#1 "
                + group
                + "\n"
                + "g 1-2-abc/web#2 "
                + foreign
                + "\n");
    assertThat(LedgerSweep.sweep(state)).containsExactly(daemon.pid());
    assertThat(daemon.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(stranger.isAlive()).isTrue();
    assertThat(file).doesNotExist();
  }

  /// What the kernel shows of a group.
  private Path group(String name, Process member) throws IOException {
    var group = Files.createDirectories(temp.resolve("a group").resolve(name));
    Files.writeString(group.resolve("cgroup.procs"), member.pid() + "\n");
    return group;
  }

  @Test
  void whatIgnoresTermIsKilledWithItsDescendants() throws Exception {
    var left = start("sh", "-c", "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1; done");
    long child = Long.parseLong(left.inputReader().readLine());
    long childTicks = ProcFs.startTicks(child).orElseThrow();
    var file = ledger(Ledger.header() + birth(left));
    assertThat(LedgerSweep.sweep(state)).contains(left.pid(), child);
    assertThat(left.waitFor()).isEqualTo(137);
    assertThat(ProcFs.isAlive(child, childTicks)).isFalse();
    assertThat(file).doesNotExist();
  }

  @Test
  void aPidThatWasGivenToAnotherIsSpared() throws Exception {
    var innocent = start("sleep", "1000");
    assertSpared(
        innocent,
        Ledger.header()
            + "+ "
            + innocent.pid()
            + " "
            + (ticks(innocent) - 1)
            + " 1-dead/web#1\n"
            + "+ "
            + innocent.pid()
            + " "
            + (ticks(innocent) + 1)
            + " 1-dead/web#2\n"
            + "+ "
            + innocent.pid()
            + " 0 1-dead/web#3\n"
            + "+ 1 0 1-dead/web#4\n"
            + "+ 0 0 1-dead/web#5\n"
            + "+ -1 0 1-dead/web#6\n");
  }

  @Test
  void aLedgerOfAnotherBootEndsNobody() throws Exception {
    var innocent = start("sleep", "1000");
    assertSpared(innocent, "boot 00000000-0000-0000-0000-000000000000\n" + birth(innocent));
  }

  @Test
  void aLedgerThatDoesNotSayItsBootEndsNobody() throws Exception {
    var innocent = start("sleep", "1000");
    assertSpared(innocent, birth(innocent));
  }

  @Test
  void anEmptyLedgerEndsNobody() throws Exception {
    assertSpared(start("sleep", "1000"), "");
  }

  private void assertSpared(Process innocent, String ledger) throws IOException {
    var file = ledger(ledger);
    assertThat(LedgerSweep.sweep(state)).isEmpty();
    assertThat(innocent.isAlive()).isTrue();
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"+ %d", "+ %d 1", "+ %d 12x web\n", "+ %dx 12 web\n", "+", "\n\n\u0000\u00ff\n"})
  void aTornLineHidesNoOtherAndEndsNobody(String torn) throws Exception {
    var left = start("sleep", "1000");
    var innocent = start("sleep", "1000");
    LongFunction<String> tornFor = pid -> torn.contains("%d") ? torn.formatted(pid) : torn;
    String line = tornFor.apply(innocent.pid());
    ledger(Ledger.header() + line.stripTrailing() + "\n" + birth(left) + line);
    assertThat(LedgerSweep.sweep(state)).containsExactly(left.pid());
    assertThat(innocent.isAlive()).isTrue();
  }

  @Test
  void theSweepLeavesTheLedgersOfThisJvmAlone() throws Exception {
    var child = start("sleep", "1000");
    try (var ledger = Ledger.create(state, "2-alive")) {
      ledger.born("2-alive/web#1", child.pid(), ticks(child));
      assertThat(LedgerSweep.sweep(state)).isEmpty();
      assertThat(child.isAlive()).isTrue();
      assertThat(ledger.file()).exists();
    }
  }

  @Test
  void aLedgerThatIsWrittenForLongStaysShort() throws Exception {
    var child = start("sleep", "1000");
    try (var ledger = Ledger.create(state, "3-busy")) {
      ledger.born("3-busy/lasting#1", child.pid(), ticks(child));
      for (int i = 0; i < 10_000; i++) {
        ledger.born("3-busy/brief#" + i, 999_999_999, i);
        ledger.gone("3-busy/brief#" + i);
      }
      assertThat(Files.readAllLines(ledger.file()))
          .hasSizeLessThan(2100)
          .startsWith(Ledger.header().strip())
          .contains("+ " + child.pid() + " " + ticks(child) + " 3-busy/lasting#1");
    }
  }
}
