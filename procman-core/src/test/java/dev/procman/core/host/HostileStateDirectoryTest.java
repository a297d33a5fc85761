package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.InvalidSpecException;
import dev.procman.ProcessManager;
import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Another user has prepared what this user's managers will find. None of it may end a process,
/// make a manager wait, or be written to.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileStateDirectoryTest extends HostTest {
  private Process innocent;

  @BeforeEach
  void letOthersIn() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    innocent = new ProcessBuilder("sleep", "1000").start();
  }

  @AfterEach
  void endInnocent() throws Exception {
    innocent.destroyForcibly();
    assertThat(innocent.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  /// A ledger that names the innocent.
  private String ledger(String mark) {
    return Ledger.header()
        + "+ "
        + innocent.pid()
        + " "
        + ProcFs.startTicks(innocent.pid()).orElseThrow()
        + " "
        + mark
        + "/web#1\n";
  }

  private Path planted(String mark) throws IOException {
    Files.createDirectories(state.resolve("ledgers"));
    return Files.writeString(state.resolve("ledgers").resolve(mark + ".ledger"), ledger(mark));
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private void assertIgnored(Path ledger, String reason) {
    try (var warnings = new Warnings(Leftovers.class);
        var _ = nextManager()) {
      assertThat(innocent.isAlive()).isTrue();
      assertThat(warnings.said())
          .singleElement()
          .asString()
          .contains("not believed", reason, ledger.toString());
    }
    assertThat(Files.exists(ledger, LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  // Ledgers.

  @Test
  void aLedgerOfThisUserAloneIsBelieved() throws Exception {
    var ledger = planted("1-dead");
    try (var _ = nextManager()) {
      assertThat(innocent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ledger).doesNotExist();
  }

  @Test
  void aLedgerOfAnotherUserIsNotBelieved() throws Exception {
    var ledger = planted("1-dead");
    OtherUser.give(ledger);
    assertIgnored(ledger, OtherUser.ROOT ? "belongs to user" : "is a link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-rw----", "rw----rw-", "rw-rw-rw-"})
  void aLedgerThatOthersCouldHaveWrittenIsNotBelieved(String mode) throws Exception {
    var ledger = planted("1-dead");
    mode(ledger, mode);
    assertIgnored(ledger, "written to by others");
  }

  @Test
  void aLedgerThatIsALinkIsNotBelieved() throws Exception {
    var ledger = planted("1-dead");
    var elsewhere = Files.move(ledger, temp.resolve("elsewhere"));
    Files.createSymbolicLink(ledger, elsewhere);
    assertIgnored(ledger, "is a link");
  }

  @Test
  void aLedgerThatHasAnotherNameElsewhereIsNotBelieved() throws Exception {
    var ledger = planted("1-dead");
    Files.createLink(temp.resolve("elsewhere"), ledger);
    assertIgnored(ledger, "another name");
  }

  @Test
  void birthsOfAnotherManagersMarkAreNotBelieved() throws Exception {
    var ledger = planted("1-dead");
    Files.move(ledger, ledger.resolveSibling("2-dead.ledger"));
    try (var _ = nextManager()) {
      assertThat(innocent.isAlive()).isTrue();
    }
  }

  @Test
  void aFifoAsLedgerHoldsNobodyUp() throws Exception {
    Files.createDirectories(state.resolve("ledgers"));
    var fifo = state.resolve("ledgers").resolve("1-dead.ledger");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    assertIgnored(fifo, "not a regular file");
  }

  @Test
  void aLedgerKeepsNoOtherFromBeingSwept() throws Exception {
    OtherUser.give(planted("0-dead"));
    Files.createDirectories(state.resolve("ledgers").resolve("1-dead.ledger"));
    planted("2-dead");
    try (var _ = nextManager()) {
      assertThat(innocent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  @Tag("long")
  void aLedgerThatDoesNotFitIntoMemoryIsRefused() throws Exception {
    var ledger = planted("1-dead");
    try (var file = new RandomAccessFile(ledger.toFile(), "rw")) {
      file.setLength(300L << 20);
    }
    try (var host = HostJvm.start(state, footprint)) {
      assertThat(host.ask("alive?")).isEqualTo("alive?");
      assertThat(innocent.isAlive()).isTrue();
    }
  }

  @Test
  @Tag("long")
  void aLedgerOfMillionsOfBirthsTakesLittleMemory() throws Exception {
    var ledger = planted("1-dead");
    try (var writer = Files.newBufferedWriter(ledger)) {
      writer.write(Ledger.header());
      for (int i = 0; i < 2_000_000; i++) {
        writer.write("+ " + (5_000_000 + i) + " 1 1-dead/x#1\n");
      }
      writer.write(ledger("1-dead").substring(Ledger.header().length()));
    }
    assertThat(Files.size(ledger)).isGreaterThan(40L << 20).isLessThan(JournalReader.MAX_BYTES);
    try (var _ = HostJvm.start(state, footprint)) {
      assertThat(innocent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ledger).doesNotExist();
  }

  // Locks of ports.

  @ParameterizedTest
  @ValueSource(
      strings = {"mkfifo \"$1\"", "ln -s \"$2\" \"$1\"", "mkdir -p \"$1/in\"", "echo >\"$1\""})
  void whatStandsInTheWayOfALockIsRemovedAndHoldsNobodyUp(String planting) throws Exception {
    var directory = StateDirectory.open(Optional.of(state));
    var lock = directory.ports().resolve("20017.lock");
    var precious = Files.writeString(temp.resolve("precious"), "kept");
    var process =
        new ProcessBuilder("sh", "-c", planting, "sh", lock.toString(), precious.toString())
            .start();
    assertThat(process.waitFor()).isZero();
    if (OtherUser.ROOT && Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
      OtherUser.give(lock);
    }
    try (var leases = new PortLeases(directory);
        var host = HostJvm.start(state, footprint)) {
      assertThat(leases.lease(20017).port()).isEqualTo(20017);
      assertThat(Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)).isTrue();
      assertThat(host.ask("try-port 20017")).contains("leased to another process");
    }
    assertThat(precious).hasContent("kept");
    if (OtherUser.ROOT) {
      assertThat(UserIdentity.ownerOf(lock)).hasValue(0);
    }
  }

  // The directory that the host has chosen.

  private void assertRefused(String reason) {
    assertThatThrownBy(this::nextManager)
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining(state.toString())
        .hasMessageContaining(reason)
        .hasMessageContaining("choose another");
    assertThat(innocent.isAlive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxrwx", "rwxrwxr-x", "rwx----w-"})
  void oneThatOthersMayWriteToIsClosedToThem(String mode) throws Exception {
    mode(state, mode);
    nextManager().close();
    assertThat(mode(state).charAt(4)).isEqualTo('-');
    assertThat(mode(state).charAt(7)).isEqualTo('-');
  }

  @Test
  void oneThatOthersMayWriteToAndThatIsNotForProcmanAloneIsRefusedAndLeftAsItIs() throws Exception {
    Files.createFile(state.resolve("of-another-program"));
    mode(state, "rwxrwxrwx");
    assertRefused("chmod go-w");
    assertThat(mode(state)).isEqualTo("rwxrwxrwx");
    assertThat(state.resolve("ledgers")).doesNotExist();
  }

  @Test
  void aPlaceThatAllShareIsRefusedAndLeftAsItIs() throws Exception {
    assertThat(new ProcessBuilder("chmod", "1777", state.toString()).start().waitFor()).isZero();
    assertRefused("mode 1777");
    assertThat(Files.getAttribute(state, "unix:mode")).isEqualTo(041777);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ledgers", "ports"})
  void aPartOfAnotherUserIsRefused(String part) throws Exception {
    OtherUser.give(Files.createDirectory(state.resolve(part)));
    assertRefused("'" + part + "' in it " + (OtherUser.ROOT ? "belongs to" : "is a link"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ledgers", "ports"})
  void aPartThatIsALinkIsRefused(String part) throws Exception {
    Files.createSymbolicLink(state.resolve(part), Files.createDirectory(temp.resolve("trap")));
    assertRefused("'" + part + "' in it is a link");
    assertThat(temp.resolve("trap")).isEmptyDirectory();
  }

  @Test
  void aPartThatOthersMayWriteToIsClosedToThem() throws Exception {
    var ledgers = Files.createDirectory(state.resolve("ledgers"));
    mode(ledgers, "rwxrwxrwx");
    nextManager().close();
    assertThat(mode(ledgers)).isEqualTo("rwx------");
  }

  /// Where the user has no name, `user.name` is `?`.
  @Test
  void aUserWithoutANameIsToldFromOthersByItsId() throws Exception {
    String name = System.getProperty("user.name");
    var foreign = OtherUser.ROOT ? state : Path.of("/usr");
    if (OtherUser.ROOT) {
      OtherUser.give(state);
    }
    System.setProperty("user.name", "?");
    try {
      assertThatThrownBy(() -> StateDirectory.open(Optional.of(foreign)))
          .isInstanceOf(InvalidSpecException.class)
          .hasMessageContaining("belongs to user");
    } finally {
      System.setProperty("user.name", name);
    }
  }

  // The directory that procman chooses.

  private StateDirectory openDefault(Path temporary, Map<String, String> environment) {
    return StateDirectory.open(Optional.empty(), new DefaultPlaces(environment, temporary));
  }

  private static String ownName() {
    return "procman-" + UserIdentity.self().uid().orElseThrow();
  }

  private Path common() throws Exception {
    var common = Files.createDirectory(temp.toRealPath().resolve("tmp"));
    assertThat(new ProcessBuilder("chmod", "1777", common.toString()).start().waitFor()).isZero();
    return common;
  }

  @Test
  void theDefaultIsForThisUserOnlyAndNamedByItsId() throws Exception {
    var common = common();
    var directory = openDefault(common, Map.of());
    assertThat(directory.path()).isEqualTo(common.resolve(ownName()));
    assertThat(mode(directory.path())).isEqualTo("rwx------");
    assertThat(openDefault(common, Map.of()).path()).isEqualTo(directory.path());
  }

  @Test
  void aTrapInPlaceOfTheDefaultIsSaidAndNotEntered() throws Exception {
    var common = common();
    var trap = common.resolve(ownName());
    if (OtherUser.ROOT) {
      OtherUser.run("mkdir -p \"$1\"/ports \"$1\"/ledgers", trap);
      var plan = Files.writeString(temp.resolve("plan"), ledger("1-dead"));
      mode(plan, "rw-r--r--");
      OtherUser.run("cat \"$2\" >\"$1\"/ledgers/1-dead.ledger", trap, plan);
    } else {
      Files.createSymbolicLink(trap, Path.of("/usr"));
    }
    try (var warnings = new Warnings(StateDirectory.class)) {
      var directory = openDefault(common, Map.of());
      assertThat(LedgerSweep.sweep(directory)).isEmpty();
      assertThat(innocent.isAlive()).isTrue();
      assertThat(directory.path()).isEqualTo(common.resolve(ownName() + "-2"));
      assertThat(warnings.said())
          .singleElement()
          .asString()
          .contains(trap.toString(), OtherUser.ROOT ? "belongs to user" : "is a link");
      // All JVMs of this user find each other there, too.
      assertThat(openDefault(common, Map.of()).path()).isEqualTo(directory.path());
    }
  }

  @Test
  void aLinkInPlaceOfTheDefaultIsNotFollowedNotEvenToADirectoryOfThisUser() throws Exception {
    var common = common();
    Files.createSymbolicLink(common.resolve(ownName()), state);
    assertThat(openDefault(common, Map.of()).path()).isEqualTo(common.resolve(ownName() + "-2"));
    assertThat(state).isEmptyDirectory();
  }

  @Test
  void trapsInAllPlacesLeaveOneThatNoOtherKnows() throws Exception {
    var common = common();
    for (var place : new DefaultPlaces(Map.of(), common).all()) {
      Files.createSymbolicLink(place, state);
    }
    var directory = openDefault(common, Map.of());
    assertThat(directory.path().getParent()).isEqualTo(common);
    assertThat(mode(directory.path())).isEqualTo("rwx------");
    assertThat(openDefault(common, Map.of()).path()).isNotEqualTo(directory.path());
  }

  @Test
  void theRuntimeDirectoryOfThisUserIsPreferred() throws Exception {
    var runtime = Files.createDirectory(temp.toRealPath().resolve("run"));
    mode(runtime, "rwx------");
    var environment = Map.of("XDG_RUNTIME_DIR", runtime.toString());
    assertThat(openDefault(common(), environment).path()).isEqualTo(runtime.resolve("procman"));
  }

  @Test
  void aRuntimeDirectoryThatIsNotThisUsersAloneIsNotUsed() throws Exception {
    var common = common();
    var open = Files.createDirectory(temp.resolve("open"));
    mode(open, "rwxrwxrwx");
    var foreign = Files.createDirectory(temp.resolve("foreign"));
    OtherUser.give(foreign);
    for (var runtime : new String[] {open.toString(), foreign.toString(), "relative", "/no/such"}) {
      assertThat(openDefault(common, Map.of("XDG_RUNTIME_DIR", runtime)).path())
          .isEqualTo(common.resolve(ownName()));
    }
    assertThat(open).isEmptyDirectory();
  }

  @Test
  void aManagerWithoutAChosenDirectoryWorks() {
    try (var manager = ProcessManager.builder().build()) {
      assertThat(manager.stateDirectory()).isDirectory();
    }
  }
}
