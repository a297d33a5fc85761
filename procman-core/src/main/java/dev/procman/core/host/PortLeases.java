package dev.procman.core.host;

import dev.procman.LaunchException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

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

  /// Held by this JVM. A second lock of the same file by the same JVM is an error, and closing any
  /// channel of a file gives back all locks that the JVM has on it (fcntl(2)); so files held here
  /// are never opened again.
  private static final Set<Path> HELD = new HashSet<>();

  private final StateDirectory directory;
  private final Set<Lease> leases = new HashSet<>();

  /// Leases under that directory.
  public PortLeases(StateDirectory directory) {
    this.directory = directory;
  }

  /// A leased port; closing gives it back. Idempotent.
  public final class Lease implements AutoCloseable {
    private final int port;
    private final Path file;
    private final FileChannel channel;

    private Lease(int port, Path file, FileChannel channel) {
      this.port = port;
      this.file = file;
      this.channel = channel;
    }

    /// Its number.
    public int port() {
      return port;
    }

    @Override
    public void close() {
      synchronized (HELD) {
        if (leases.remove(this)) {
          closeQuietly(channel);
          HELD.remove(file);
        }
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
    var file = directory.ports().resolve(port + ".lock");
    synchronized (HELD) {
      if (HELD.contains(file)) {
        return null;
      }
      FileChannel channel = null;
      try {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
          channel.close();
          return null;
        }
        var lease = new Lease(port, file, channel);
        HELD.add(file);
        leases.add(lease);
        return lease;
      } catch (IOException failed) {
        closeQuietly(channel);
        throw problem("port leases cannot be written under " + directory.ports(), failed);
      }
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

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException notGivenBack) {
      // The lock is gone with this JVM at the latest, and till then keeps only others from the
      // port.
    }
  }

  private static LaunchException problem(String what, @Nullable Throwable cause) {
    return new LaunchException(LaunchException.Reason.PREPARATION_FAILED, what, cause);
  }

  @Override
  public void close() {
    synchronized (HELD) {
      Set.copyOf(leases).forEach(Lease::close);
    }
  }
}
