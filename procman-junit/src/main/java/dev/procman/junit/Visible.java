package dev.procman.junit;

import dev.procman.ManagedProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The processes that a test may use. Immutable.
///
/// @param scopes those of each scope, the widest first
record Visible(List<Fixtures> scopes) {
  static final Visible NOTHING = new Visible(List.of());

  Visible with(Fixtures narrower) {
    var more = new ArrayList<>(scopes);
    more.remove(narrower);
    more.add(narrower);
    return new Visible(List.copyOf(more));
  }

  /// The process of that name in the narrowest scope that has one.
  Optional<ManagedProcess> find(String name) {
    return scopes.reversed().stream().flatMap(scope -> scope.find(name).stream()).findFirst();
  }

  List<ManagedProcess> all() {
    return scopes.stream().flatMap(scope -> scope.processes().stream()).toList();
  }

  List<String> names() {
    return all().stream().map(ManagedProcess::name).toList();
  }
}
