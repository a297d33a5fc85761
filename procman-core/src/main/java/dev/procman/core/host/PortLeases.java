package dev.procman.core.host;

import dev.procman.LaunchException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leases ports to processes so that no two of any JVM with the same state directory get the same
/// one. A lease is a lock on a small file, which the operating system gives back when the JVM dies.
/// Thread-safe.
///
/// Ports are taken from below the ranges that operating systems use for outgoing connections (Linux
/// from 32768, others from 49152), so that none is lost to a connection between the lease and the
/// child's bind.
public final class PortLeases implements AutoCloseable {
  private static final int FIRST = 20000;
  private static final int COUNT = 12000;
  private static final Logger log = LoggerFactory.getLogger(PortLeases.class);

  private final StateDirectory directory;
  private final Set<Lease> leases = new HashSet<>();

  /// Leases under that directory.
  public PortLeases(StateDirectory directory) {
    this.directory = directory;
  }

  /// A leased port; closing gives it back. Idempotent.
  public final class Lease implements AutoCloseable {
    private final int port;
    private PortLock lock;
    private boolean lost;

    private Lease(int port, PortLock lock) {
      this.port = port;
      this.lock = lock;
    }

    /// Its number.
    public int port() {
      return port;
    }

    @Override
    public void close() {
      synchronized (leases) {
        if (leases.remove(this)) {
          lock.close();
        }
      }
    }

    /// The name may lead elsewhere now, where any JVM could take the lock.
    private void mend() {
      if (lock.isSound()) {
        return;
      }
      try {
        if (lock.renew(directory)) {
          lost = false;
          return;
        }
      } catch (IOException later) {
        log.atDebug().setCause(later).log("the lock of port {} cannot be taken again yet", port);
        return;
      }
      if (!lost) {
        lost = true;
        log.atError()
            .addKeyValue("port", port)
            .log(
                "the state directory was deleted, and another JVM has leased a port since that is"
                    + " leased here: two processes may want it");
      }
    }
  }

  /// Leases any free port.
  ///
  /// @throws LaunchException when there is none, or the state directory cannot be written
  public Lease lease() {
    int start = ThreadLocalRandom.current().nextInt(COUNT);
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + (start + i) % COUNT;
      var lease = tryLease(port);
      if (lease != null) {
        if (isFree(port)) {
          return lease;
        }
        lease.close();
      }
    }
    throw problem("no port from %d to %d is free".formatted(FIRST, FIRST + COUNT - 1), null);
  }

  /// Leases that very port.
  ///
  /// @throws LaunchException when another process managed by procman has it, or something listens
  ///   on it
  public Lease lease(int port) {
    return lease(port, false);
  }

  /// Leases that very port.
  ///
  /// @param inUse whether the one that is to get it listens on it already
  /// @throws LaunchException when another process managed by procman has it, or another listens on
  ///   it
  public Lease lease(int port, boolean inUse) {
    var lease = tryLease(port);
    if (lease == null) {
      throw problem(
          "port "
              + port
              + " is leased to another process managed by procman; name another, or 0 for any",
          null);
    }
    if (!inUse && !isFree(port)) {
      lease.close();
      throw problem(
          "port " + port + " is in use by another program; stop that, name another, or 0 for any",
          null);
    }
    return lease;
  }

  private @Nullable Lease tryLease(int port) {
    synchronized (leases) {
      try {
        var lock = PortLock.take(directory, port);
        if (lock == null) {
          return null;
        }
        var lease = new Lease(port, lock);
        leases.add(lease);
        return lease;
      } catch (IOException failed) {
        throw problem(
            "port leases cannot be written under " + directory.ports() + ": " + failed.getMessage(),
            failed);
      }
    }
  }

  /// Takes the locks again whose files were deleted, as cleaners of temporary directories do. What
  /// another JVM was faster to take is logged.
  public void mend() {
    synchronized (leases) {
      leases.forEach(Lease::mend);
    }
  }

  /// Makes the locks look used, to cleaners that go by age.
  public void touch() {
    synchronized (leases) {
      leases.forEach(lease -> StateDirectory.touch(lease.lock.file()));
    }
  }

  /// Whether nothing listens on it, on any address of either family.
  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port), 1);
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }

  private static LaunchException problem(String what, @Nullable Throwable cause) {
    return new LaunchException(LaunchException.Reason.PREPARATION_FAILED, what, cause);
  }

  @Override
  public void close() {
    synchronized (leases) {
      Set.copyOf(leases).forEach(Lease::close);
    }
  }
}
