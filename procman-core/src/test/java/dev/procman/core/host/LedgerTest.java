package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir Path temp;

  @Test
  void anAttemptThatFailsLeavesNothingInTheWayOfTheNext() throws Exception {
    var directory = StateDirectory.open(Optional.of(temp.resolve("state")));
    var obstacle = Files.createDirectories(directory.ledgers().resolve("mark.ledger/inside"));
    assertThatThrownBy(() -> Ledger.create(directory, "mark"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("mark.ledger");
    Files.delete(obstacle);
    Files.delete(obstacle.getParent());
    assertThat(directory.ledgers()).isEmptyDirectory();
    try (var ledger = Ledger.create(directory, "mark")) {
      assertThat(ledger.file()).exists();
    }
    assertThat(directory.ledgers()).isEmptyDirectory();
  }
}
