package dev.procman.core.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the journals that nobody keeps any more. One is somebody's while the JVM that its name
/// says is alive *or* while it is locked: the name cannot be lost, as a lock is when a program of
/// the same JVM reads the file, and the lock holds where the other JVM cannot be seen, in another
/// container.
final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /// What becomes of one.
  interface Heir {
    /// Does what is to be done.
    ///
    /// @param mark of the manager that it belonged to
    /// @param journal open, and locked
    /// @return whether that is all, so that the journal can go
    boolean settle(String mark, FileChannel journal) throws IOException;
  }

  /// Hands over each journal of that kind. A failure is logged and keeps none of the others.
  static void each(StateDirectory directory, String suffix, Heir heir) {
    try (var ledgers = directory.openLedgers()) {
      for (String name : ledgers.names()) {
        if (name.endsWith(suffix) && name.length() > suffix.length()) {
          settle(ledgers, name, suffix, heir);
        } else if (isRest(ledgers, name, suffix)) {
          ledgers.delete(name);
        }
      }
    } catch (IOException | RuntimeException failed) {
      log.atWarn()
          .addKeyValue("directory", directory.path())
          .setCause(failed)
          .log("ledgers could not be swept");
    }
  }

  /// Whether it is what is left beside a journal that has gone.
  private static boolean isRest(OwnDirectory ledgers, String name, String suffix) {
    for (String addition : List.of(Journal.LEFT, Journal.FRESH)) {
      if (name.endsWith(suffix + addition)) {
        String journal = name.substring(0, name.length() - addition.length());
        return !ledgers.has(journal) && !isKept(ledgers, journal, suffix);
      }
    }
    return false;
  }

  private static boolean isKept(OwnDirectory ledgers, String name, String suffix) {
    return !ledgers.has(name + Journal.LEFT)
        && Owner.of(name.substring(0, name.length() - suffix.length()))
            .filter(Owner::isAlive)
            .isPresent();
  }

  private static void settle(OwnDirectory ledgers, String name, String suffix, Heir heir) {
    if (isKept(ledgers, name, suffix)) {
      return;
    }
    var file = ledgers.path().resolve(name);
    if (!HeldFiles.claim(file)) {
      return;
    }
    FileChannel channel = null;
    try {
      var objection = ledgers.objection(name);
      if (objection.isPresent()) {
        throw new NotOursException(objection.get());
      }
      channel = HeldFiles.lock(file, () -> ledgers.open(name));
      if (channel == null) {
        return;
      }
      if (channel.size() > JournalReader.MAX_BYTES) {
        throw new NotOursException("is larger than any ledger: " + channel.size() + " bytes");
      }
      if (heir.settle(name.substring(0, name.length() - suffix.length()), channel)) {
        ledgers.delete(name);
        ledgers.delete(name + Journal.LEFT);
      }
    } catch (NoSuchFileException sweptMeanwhile) {
      log.atDebug().log("{} was swept by another", name);
    } catch (NotOursException strange) {
      log.atWarn()
          .addKeyValue("file", file)
          .log("this ledger is not believed, since it {}; delete it", strange.getMessage());
    } catch (IOException | RuntimeException failed) {
      log.atWarn().addKeyValue("file", file).setCause(failed).log("a ledger could not be swept");
    } finally {
      HeldFiles.closeQuietly(channel);
      HeldFiles.release(file);
    }
  }
}
