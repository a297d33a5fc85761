package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.InvalidSpecException;
import dev.procman.OutputSettings;
import dev.procman.RotatingFile;
import dev.procman.RotatingFile.Prefix;
import dev.procman.StdStream;
import dev.procman.spi.ProcmanClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who writes one file agrees on how.
class FileClaimsTest {
  @TempDir Path temp;
  private final List<OutputLog> logs = new ArrayList<>();

  private OutputLog open(String process, RotatingFile... files) {
    var log =
        new OutputLog(process, settings(files), ProcmanClock.system(), _ -> {}, (_, _, _) -> {});
    logs.add(log);
    return log;
  }

  private static OutputSettings settings(RotatingFile... files) {
    var settings = OutputSettings.ofDefaults();
    for (var file : files) {
      settings = settings.toFile(file);
    }
    return settings;
  }

  private RotatingFile file() {
    return RotatingFile.at(temp.resolve("all.log"));
  }

  @AfterEach
  void close() {
    logs.forEach(OutputLog::close);
  }

  @Test
  void otherSettingsOfTheSameFileAreRefusedAndBothAreNamed() {
    open("a", file().keep(3));
    assertThatThrownBy(() -> open("b", file().keep(7).compressed()))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContainingAll(
            "output.files",
            "all.log",
            "'a'",
            "'b'",
            "keep=3, compress=false",
            "keep=7, compress=true");
  }

  @Test
  void otherSettingsOfTheSameFileInOneProcessAreRefused() {
    assertThatThrownBy(() -> open("a", file().keep(3), file().keep(7).only(StdStream.STDERR)))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContainingAll("all.log", "keep=3", "keep=7");
    assertThatCode(() -> open("b", file().keep(7), file().keep(7).only(StdStream.STDERR)))
        .doesNotThrowAnyException();
  }

  @Test
  void theSameFileUnderAnotherNameIsTheSame() throws Exception {
    open("a", file().keep(3));
    var link = Files.createSymbolicLink(temp.resolve("link.log"), Path.of("all.log"));
    var way = Files.createSymbolicLink(temp.resolve("way"), temp);
    for (Path name : List.of(link, way.resolve("all.log"), temp.resolve("x/../all.log"))) {
      Files.createDirectories(temp.resolve("x"));
      assertThatThrownBy(() -> open("b", RotatingFile.at(name)))
          .as(name.toString())
          .isInstanceOf(InvalidSpecException.class);
    }
  }

  @Test
  void whatIsWrittenOfEachLineIsEachProcessesOwnMatter() {
    open("a", file().prefix(Prefix.PROCESS));
    assertThatCode(() -> open("b", file().only(StdStream.STDERR))).doesNotThrowAnyException();
  }

  @Test
  void afterARefusalTheOtherFilesOfTheProcessAreFree() {
    open("a", file().keep(3));
    var other = RotatingFile.at(temp.resolve("other.log"));
    assertThatThrownBy(() -> open("b", other.keep(1), file()))
        .isInstanceOf(InvalidSpecException.class);
    assertThatCode(() -> open("c", other.keep(2))).doesNotThrowAnyException();
  }

  @Test
  void whenItsLastProcessIsGoneAFileMayHaveOtherSettings() {
    open("a", file().keep(3)).close();
    assertThatCode(() -> open("b", file().keep(7))).doesNotThrowAnyException();
  }

  /// A changed configuration replaces one specification after the other.
  @Test
  void whoWritesAFileMayChangeItsSettingsForAll() throws Exception {
    var a = open("a", file().maxBytes(2048));
    var b = open("b", file().maxBytes(2048));
    a.settings(settings(file().maxBytes(1024).keep(1)));
    assertThatThrownBy(() -> open("c", file().maxBytes(2048)))
        .hasMessageContaining("maxBytes=1024");
    b.settings(settings(file().maxBytes(1024).keep(1)));
    b.append(StdStream.STDOUT, Lines.bytes((".".repeat(99) + "\n").repeat(15)));
    b.close();
    assertThat(temp.resolve("all.log")).hasSize(500);
    assertThat(temp.resolve("all.log.1")).hasSize(1000);
  }

  @Test
  void aReplacementThatIsRefusedChangesNothing() {
    open("a", file().keep(3));
    var log = open("b");
    assertThatThrownBy(() -> log.settings(settings(file()).retainedLines(1)))
        .isInstanceOf(InvalidSpecException.class);
    log.append(StdStream.STDOUT, Lines.bytes("one\ntwo\n"));
    assertThat(log.lines()).hasSize(2);
    assertThat(temp.resolve("all.log")).doesNotExist();
  }
}
