package dev.procman.linux;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.proc.Belonging;
import dev.procman.proc.LaunchErrors;
import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What a process gets at its birth by which the members of its tree are known beside their
/// parents: a control group if it asks for one, and a mark if this JVM adopts orphans.
///
/// @param group its control group
/// @param proof of membership, by all of them
/// @param before what has to happen before its program
record Belongings(Optional<Group> group, Belonging proof, List<BeforeProgram> before) {

  /// Makes what a request needs.
  ///
  /// @param groups asked for only when a group is wanted
  /// @throws LaunchException when it cannot be made; then nothing is left of it
  static Belongings of(
      LaunchRequest request, Supplier<ControlGroups> groups, Optional<Adoption> adoption) {
    var group =
        request.settings().controlGroup().map(bounds -> groups.get().create(request, bounds));
    var proofs = new ArrayList<Belonging>();
    var before = new ArrayList<BeforeProgram>();
    group.ifPresent(own -> {
      proofs.add(_ -> own.pids());
      before.add(pid -> admit(request, own, pid));
    });
    adoption.ifPresent(adopting -> {
      long mark = adopting.nextMark();
      proofs.add(adopting.belonging(mark));
      before.add(pid -> {
        adopting.mark(request, pid, mark);
        return Map.of();
      });
    });
    return new Belongings(group, union(proofs), before);
  }

  private static Map<String, String> admit(LaunchRequest request, Group group, int pid) {
    try {
      group.admit(pid);
      return Map.of();
    } catch (IOException failed) {
      throw LaunchErrors.of(
          Reason.PREPARATION_FAILED,
          request,
          "it cannot be put into the control group "
              + group.directory()
              + ", for which the cgroup.procs of the group above both must be writable: "
              + failed.getMessage(),
          failed);
    }
  }

  /// Whoever else was launched here is none.
  private static Belonging union(List<Belonging> proofs) {
    return new Belonging() {
      @Override
      public Set<Long> among(Collection<ProcFs.Stat> processes) {
        if (proofs.isEmpty()) {
          return Set.of();
        }
        var all = new HashSet<Long>();
        proofs.forEach(proof -> all.addAll(proof.among(processes)));
        return all;
      }

      @Override
      public boolean isStranger(long pid) {
        return Handle.isChild(pid);
      }
    };
  }

  /// The process was not started: nothing is to be left.
  void giveUp() {
    group.ifPresent(Group::discard);
  }
}
