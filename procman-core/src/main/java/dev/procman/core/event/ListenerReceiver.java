package dev.procman.core.event;

import dev.procman.event.ProcessEvent;
import java.util.function.Consumer;

/// A callback, which always wants more.
///
/// @param first what runs before the first event
/// @param subscriber gets the events
record ListenerReceiver(Runnable first, Consumer<? super ProcessEvent> subscriber)
    implements Receiver {

  @Override
  public void begin() {
    first.run();
  }

  @Override
  public void awaitDemand() {}

  @Override
  public void receive(ProcessEvent event) {
    subscriber.accept(event);
  }

  @Override
  public void end(End end) {}

  @Override
  public boolean endsWhenItThrows() {
    return false;
  }
}
