package dev.procman.core.resource;

import dev.procman.ProcessId;
import dev.procman.ResourceSample;
import dev.procman.spi.ResourceSampler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sampler that the tracker, those who ask it, and health checks share. It knows of which
/// generations the sampler keeps something, so that this is given back when a generation has ended:
/// at once, or by the last sample that is in flight then, since that one may take hold of it anew.
///
/// A sampler may block, and nobody who tells of an end waits for it. Thread-safe.
final class LentSampler implements ResourceSampler {
  private static final Logger log = LoggerFactory.getLogger("procman.resources");

  private final ResourceSampler sampler;

  /// How many samples are in flight for each generation that was ever measured and is not given
  /// back. Its lock guards what has ended, too.
  private final Map<ProcessId, Holding> holdings = new HashMap<>();

  private static final class Holding {
    int inFlight;
    boolean ended;
  }

  LentSampler(ResourceSampler sampler) {
    this.sampler = sampler;
  }

  @Override
  public String name() {
    return sampler.name();
  }

  @Override
  public int rank() {
    return sampler.rank();
  }

  @Override
  public Map<Target, ResourceSample> sample(Collection<Target> targets) {
    var ids = targets.stream().map(Target::id).collect(Collectors.toSet());
    begin(ids);
    try {
      return sampler.sample(targets);
    } finally {
      finish(ids);
      giveBack();
    }
  }

  private void begin(Set<ProcessId> ids) {
    synchronized (holdings) {
      for (var id : ids) {
        holdings.computeIfAbsent(id, _ -> new Holding()).inFlight++;
      }
    }
  }

  private void finish(Set<ProcessId> ids) {
    synchronized (holdings) {
      for (var id : ids) {
        var holding = holdings.get(id);
        if (holding != null) {
          holding.inFlight--;
        }
      }
    }
  }

  /// A generation has ended. Returns at once.
  ///
  /// @return whether [#giveBack] has something to do for it
  boolean end(ProcessId id) {
    synchronized (holdings) {
      var holding = holdings.get(id);
      if (holding == null) {
        return false;
      }
      holding.ended = true;
      return holding.inFlight == 0;
    }
  }

  /// Has the sampler forget the generations that have ended and are not being measured any more.
  void giveBack() {
    takeEnded().forEach(this::forget);
  }

  private List<ProcessId> takeEnded() {
    var ended = new ArrayList<ProcessId>();
    synchronized (holdings) {
      holdings
          .entrySet()
          .removeIf(entry -> {
            boolean over = entry.getValue().ended && entry.getValue().inFlight == 0;
            if (over) {
              ended.add(entry.getKey());
            }
            return over;
          });
    }
    return ended;
  }

  @Override
  public void forget(ProcessId id) {
    try {
      sampler.forget(id);
    } catch (RuntimeException | LinkageError failed) {
      log.atWarn().setCause(failed).log("the sampler {} failed to forget {}", name(), id);
    }
  }

  @Override
  public void close() {
    sampler.close();
  }
}
