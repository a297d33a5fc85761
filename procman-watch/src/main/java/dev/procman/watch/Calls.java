package dev.procman.watch;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Which call of the watcher acts, and whether the next one is ready to be made. That may be known
/// before the call it overtakes has come this far.
final class Calls {
  private record Call(Thread thread, CompletableFuture<Void> overtaken) {
    Call(Thread thread) {
      this(thread, new CompletableFuture<>());
    }
  }

  private volatile Call latest = new Call(Thread.currentThread());

  /// The latest call that is not the latest any more.
  private volatile @Nullable Thread overtaken;

  /// The current thread's begins.
  ///
  /// @return done as soon as it is overtaken
  CompletableFuture<Void> begin() {
    var current = new Call(Thread.currentThread());
    latest = current;
    if (overtaken == current.thread) {
      current.overtaken.complete(null);
    }
    return current.overtaken;
  }

  void overtaken(Thread which) {
    overtaken = which;
    var current = latest;
    if (current.thread == which) {
      current.overtaken.complete(null);
    }
  }
}
