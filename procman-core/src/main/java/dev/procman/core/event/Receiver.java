package dev.procman.core.event;

import dev.procman.event.ProcessEvent;

/// The user's end of a subscription. All methods are called on the subscription's own thread, and
/// may throw.
interface Receiver {
  /// How a subscription ended.
  enum End {
    /// Someone ended it.
    CANCELLED,
    /// The bus was closed, and everything was delivered.
    COMPLETED,
    /// The bus was closed, and not everything could be delivered in time.
    ABANDONED
  }

  /// Comes before everything else.
  void begin();

  /// Waits until the receiver wants another event or the subscription is over.
  void awaitDemand();

  /// Takes an event.
  void receive(ProcessEvent event);

  /// Comes after everything else.
  void end(End end);

  /// Whether a receiver that threw gets no more.
  boolean endsWhenItThrows();
}
