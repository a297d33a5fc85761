package dev.procman.junit;

import dev.procman.ProcessSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/// The processes of each scope, kept where JUnit closes them at its end.
final class Scopes {
  private static final Namespace NAMESPACE = Namespace.create(Scopes.class);

  private Scopes() {}

  /// What this module remembers in a scope; narrower ones see it.
  static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }

  /// Starts processes that live as long as that scope, and waits until they are ready.
  static void start(ExtensionContext context, String name, Collection<ProcessSpec> specs)
      throws InterruptedException {
    if (!specs.isEmpty()) {
      open(context, name).start(specs);
    }
  }

  /// Has processes of the whole session running and ready.
  ///
  /// @param specs by whether they may outlive the session
  static void startForSession(ExtensionContext context, Map<Boolean, List<ProcessSpec>> specs)
      throws IOException, InterruptedException {
    var ending = new ArrayList<>(specs.getOrDefault(false, List.of()));
    for (var spec : specs.getOrDefault(true, List.of())) {
      var reused = session(context).reused(spec);
      if (reused.isPresent()) {
        show(context, reused.get());
      } else {
        ending.add(spec);
      }
    }
    if (!ending.isEmpty()) {
      show(context, session(context).with(ending));
    }
  }

  private static SessionFixtures session(ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .computeIfAbsent(SessionFixtures.class);
  }

  /// The processes of the narrowest scope that has some; begins a scope when there is none.
  static Fixtures narrowest(ExtensionContext context) {
    var scopes = visible(context).scopes();
    return scopes.isEmpty() ? open(context, context.getDisplayName()) : scopes.getLast();
  }

  private static Fixtures open(ExtensionContext context, String name) {
    var fixtures = new Fixtures(name, visible(context));
    // Under a key of its own, by which it is closed at the end of the scope.
    store(context).put(fixtures, fixtures);
    show(context, fixtures);
    return fixtures;
  }

  private static void show(ExtensionContext context, Fixtures fixtures) {
    store(context).put(Visible.class, visible(context).with(fixtures));
  }

  /// The processes that a test may use.
  static Visible visible(ExtensionContext context) {
    return store(context).getOrDefault(Visible.class, Visible.class, Visible.NOTHING);
  }
}
