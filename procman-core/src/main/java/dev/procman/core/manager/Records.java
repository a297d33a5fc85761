package dev.procman.core.manager;

import dev.procman.ProcessId;
import dev.procman.core.Uninterruptibly;
import dev.procman.core.host.DirectoryLedger;
import dev.procman.core.host.Ledger;
import dev.procman.core.host.OrphanGuard;
import dev.procman.core.host.PortLeases;
import dev.procman.core.host.StateDirectory;
import dev.procman.core.supervisor.Bookkeeper;
import dev.procman.proc.ProcFs;
import dev.procman.proc.SpareDescriptors;
import dev.procman.spi.LaunchedProcess;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes ledger and guard on a thread of its own, so that no start waits for a disk. Only the
/// first start waits: until both are there. What lives for a moment only is not written down, and
/// others a moment later, so that a start has the processors for itself. A child that is not
/// written down yet when this JVM is killed is found by its tree mark, unless it has cleared its
/// environment by then.
final class Records implements Bookkeeper {
  private static final Logger log = LoggerFactory.getLogger(Records.class);

  private static final long A_MOMENT = TimeUnit.MILLISECONDS.toNanos(3);

  /// How long another JVM can meanwhile take what the deleted files of this one have stood for.
  private static final long CHECK = TimeUnit.SECONDS.toNanos(5);

  /// How often the guard is looked after.
  private static final long UPKEEP = TimeUnit.SECONDS.toNanos(2);

  /// Cleaners of temporary directories spare what was used within days, those of `XDG_RUNTIME_DIR`
  /// within six hours.
  private static final long TOUCH = TimeUnit.HOURS.toNanos(1);

  private final StateDirectory directory;
  private final PortLeases ports;
  private final String mark;
  private final boolean local;
  private final boolean guarded;
  private final LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>();

  /// Children whose tree was not seen empty, whether they could be written down or not.
  private final Set<ProcessId> living = ConcurrentHashMap.newKeySet();

  private final Object lock = new Object();
  private volatile boolean begun;
  private @Nullable Ledger ledger;
  private @Nullable DirectoryLedger directories;
  private @Nullable OrphanGuard guard;
  private @Nullable Thread writer;
  private SpareDescriptors.@Nullable Claim spares;
  private volatile boolean closing;
  private boolean over;

  /// @param local whether children are processes of this machine
  /// @param guarded whether a guard is wanted
  Records(StateDirectory directory, PortLeases ports, String mark, boolean local, boolean guarded) {
    this.directory = directory;
    this.ports = ports;
    this.mark = mark;
    this.local = local;
    this.guarded = local && guarded;
  }

  @Override
  public void beforeSpawn() {
    if (begun) {
      return;
    }
    synchronized (lock) {
      if (begun) {
        return;
      }
      if (spares == null) {
        spares = SpareDescriptors.claim();
      }
      if (local && ledger == null) {
        ledger = Ledger.create(directory, mark);
      }
      if (guarded && ledger != null && guard == null) {
        guard = OrphanGuard.start(mark, ledger.file());
      }
      // Not a virtual thread: those share carriers with host code that may never leave them.
      writer = Thread.ofPlatform().daemon().name("procman-records").start(this::write);
      begun = true;
    }
  }

  private void write() {
    long checked = System.nanoTime();
    long touched = checked;
    long guarding = checked;
    while (!over) {
      try {
        var next = queue.poll(UPKEEP, TimeUnit.NANOSECONDS);
        if (next != null && !closing) {
          LockSupport.parkNanos(A_MOMENT);
        }
        for (; next != null && !over; next = queue.poll()) {
          next.run();
        }
        long now = System.nanoTime();
        if (!over && guard != null && now - guarding >= UPKEEP) {
          guarding = now;
          guard.check();
        }
        if (!over && now - checked >= CHECK) {
          checked = now;
          mend();
        }
        if (!over && now - touched >= TOUCH) {
          touched = now;
          touch();
        }
      } catch (InterruptedException | RuntimeException | Error failed) {
        log.atWarn().setCause(failed).log("failed to record a child");
      }
    }
  }

  /// What is kept in files may have been deleted, or a full disk may have room again.
  private void mend() {
    ports.mend();
    if (ledger != null) {
      ledger.mend();
    }
    if (directories != null) {
      directories.mend();
    }
  }

  private void touch() {
    directory.touch();
    ports.touch();
    if (ledger != null) {
      ledger.touch();
    }
    if (directories != null) {
      directories.touch();
    }
  }

  @Override
  public void born(ProcessId id, LaunchedProcess process) {
    living.add(id);
    queue.add(() -> {
      if (ledger == null || !process.isAlive()) {
        return;
      }
      // Not by its pid alone, which the next manager would end by.
      var identity = process.identity();
      var ticks = identity.map(ProcFs::startTicks).orElse(OptionalLong.empty());
      if (ticks.isPresent() && process.isAlive()) {
        ledger.born(
            mark + "/" + id, identity.get().pid(), ticks.getAsLong(), process.controlGroup());
      }
    });
  }

  @Override
  public void gone(ProcessId id, LaunchedProcess process) {
    living.remove(id);
    queue.add(() -> {
      if (ledger != null) {
        ledger.gone(mark + "/" + id);
      }
    });
  }

  @Override
  public void made(Path temporary) {
    queue.add(() -> {
      if (directories == null) {
        directories = DirectoryLedger.create(directory, mark);
      }
      directories.made(temporary);
    });
  }

  @Override
  public void gone(Path temporary) {
    queue.add(() -> {
      if (directories != null) {
        directories.gone(temporary);
      }
    });
  }

  /// Nothing is supervised any more. When all children are gone the guard is dismissed and the
  /// ledger deleted; else the guard ends what is left, and after it the next manager.
  void close() {
    Thread last;
    synchronized (lock) {
      last = writer;
      closing = true;
      LockSupport.unpark(last);
      queue.add(this::finish);
    }
    if (last != null) {
      Uninterruptibly.await(last::join);
    }
    if (spares != null) {
      spares.close();
    }
  }

  private void finish() {
    over = true;
    boolean left = !living.isEmpty();
    if (left) {
      log.atError()
          .addKeyValue("processes", living)
          .log("processes outlive their KILL; they are left to the orphan guard and the ledger");
    }
    if (ledger != null) {
      // Before the guard is set loose, which deletes the file when nothing is left.
      ledger.close(left);
    }
    if (guard != null && left) {
      guard.setLoose();
    } else if (guard != null) {
      guard.dismiss();
    }
    if (directories != null) {
      directories.close();
    }
  }
}
