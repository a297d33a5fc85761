package dev.procman.junit;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised.Scope;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/// Starts the processes of tests, hands them over, and tells what became of them when a test fails.
///
/// It comes with [Supervised]. Registered by hand it brings processes that are not in fields:
///
/// ```java
/// @RegisterExtension
/// static final ProcmanExtension procman = ProcmanExtension.builder().start(spec).build();
/// ```
///
/// Safe under parallel execution: each scope has a manager of its own.
public final class ProcmanExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ProcmanExtension.class);

  private static final String REPORT = "procman.txt";

  private final boolean forFields;
  private final List<ProcessSpec> registered;

  /// For [Supervised].
  public ProcmanExtension() {
    this(true, List.of());
  }

  private ProcmanExtension(boolean forFields, List<ProcessSpec> registered) {
    this.forFields = forFields;
    this.registered = registered;
  }

  /// Begins an extension with processes that are not in fields.
  public static Builder builder() {
    return new Builder();
  }

  /// Collects an extension. Not thread-safe.
  public static final class Builder {
    private final List<ProcessSpec> specs = new ArrayList<>();

    private Builder() {}

    /// Starts a process: once for the class if the extension is in a static field, else for each
    /// test.
    public Builder start(ProcessSpec spec) {
      specs.add(spec);
      return this;
    }

    /// The extension.
    public ProcmanExtension build() {
      return new ProcmanExtension(false, List.copyOf(specs));
    }
  }

  // Starting.

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    var test = context.getRequiredTestClass();
    if (forFields) {
      var session = SupervisedFields.specs(test, Scope.SESSION, null);
      if (!session.isEmpty()) {
        show(context, session(context).with(session));
      }
      start(context, test.getSimpleName(), SupervisedFields.specs(test, Scope.CLASS, null));
      inject(SupervisedFields.processes(test, true), null, context);
    } else {
      startRegistered(context, test.getSimpleName());
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    if (!forFields) {
      startRegistered(context, context.getDisplayName());
      return;
    }
    var instances = context.getRequiredTestInstances().getAllInstances();
    var specs = new ArrayList<ProcessSpec>();
    for (var instance : instances) {
      specs.addAll(SupervisedFields.specs(instance.getClass(), Scope.METHOD, instance));
    }
    start(context, context.getDisplayName(), specs);
    for (var instance : instances) {
      inject(SupervisedFields.processes(instance.getClass(), false), instance, context);
    }
  }

  /// Once in the widest scope that this instance of the extension sees: the class if it is in a
  /// static field, nested classes included, else the test.
  private void startRegistered(ExtensionContext context, String name) throws InterruptedException {
    var store = context.getStore(NAMESPACE);
    if (store.get(this) == null) {
      store.put(this, true);
      start(context, name, registered);
    }
  }

  private static void start(ExtensionContext context, String name, List<ProcessSpec> specs)
      throws InterruptedException {
    if (specs.isEmpty()) {
      return;
    }
    open(context, name).start(specs);
  }

  private static Fixtures open(ExtensionContext context, String name) {
    var fixtures = new Fixtures(name, visible(context));
    // Under a key of its own, by which it is closed at the end of the scope.
    context.getStore(NAMESPACE).put(fixtures, fixtures);
    show(context, fixtures);
    return fixtures;
  }

  private static SessionFixtures session(ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .computeIfAbsent(SessionFixtures.class);
  }

  private static void show(ExtensionContext context, Fixtures fixtures) {
    context.getStore(NAMESPACE).put(Visible.class, visible(context).with(fixtures));
  }

  private static Visible visible(ExtensionContext context) {
    return context.getStore(NAMESPACE).getOrDefault(Visible.class, Visible.class, Visible.NOTHING);
  }

  // Handing over.

  private static void inject(
      List<Field> fields, @Nullable Object instance, ExtensionContext context) {
    for (var field : fields) {
      var asked = SupervisedFields.annotation(field).value();
      var process = process(asked, Optional.of(field.getName()), field.toString(), context);
      try {
        field.setAccessible(true);
        field.set(instance, process);
      } catch (ReflectiveOperationException | RuntimeException refused) {
        throw new ExtensionConfigurationException(
            field + " cannot be set; it must not be final", refused);
      }
    }
  }

  private static ManagedProcess process(
      String asked, Optional<String> ownName, String place, ExtensionContext context) {
    var visible = visible(context);
    var all = visible.all();
    var found =
        asked.isEmpty() ? ownName.flatMap(visible::find).or(() -> only(all)) : visible.find(asked);
    return found.orElseThrow(() ->
        new ExtensionConfigurationException(
            "%s wants the process '%s', but %s; name one by @Supervised(\"name\")"
                .formatted(
                    place,
                    asked.isEmpty() ? ownName.orElse("?") : asked,
                    all.isEmpty() ? "no process is started yet" : "there are " + visible.names())));
  }

  private static Optional<ManagedProcess> only(List<ManagedProcess> all) {
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return forFields && parameter.isAnnotated(Supervised.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var declared = parameter.getParameter();
    if (declared.getType() == ProcessManager.class) {
      return narrowest(context).manager();
    }
    if (declared.getType() != ManagedProcess.class) {
      throw new ExtensionConfigurationException(
          "@Supervised is for parameters of type ManagedProcess or ProcessManager, not for "
              + declared);
    }
    var asked = parameter.findAnnotation(Supervised.class).map(Supervised::value).orElse("");
    var ownName =
        declared.isNamePresent() ? Optional.of(declared.getName()) : Optional.<String>empty();
    return process(asked, ownName, declared.toString(), context);
  }

  /// The processes of the narrowest scope that has some; begins a scope when there is none.
  private static Fixtures narrowest(ExtensionContext context) {
    var scopes = visible(context).scopes();
    return scopes.isEmpty() ? open(context, context.getDisplayName()) : scopes.getLast();
  }

  // Telling.

  @Override
  public void afterEach(ExtensionContext context) {
    report(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    report(context);
  }

  private static void report(ExtensionContext context) {
    var failure = context.getExecutionException().orElse(null);
    var processes = visible(context).all();
    var store = context.getStore(NAMESPACE);
    if (failure == null
        || failure instanceof TestAbortedException
        || processes.isEmpty()
        || failure.equals(store.get(REPORT))) {
      return;
    }
    store.put(REPORT, failure);
    var story = FixtureReport.full(processes);
    try {
      context.publishFile(
          REPORT,
          MediaType.TEXT_PLAIN_UTF_8,
          file -> {
            Files.writeString(file, story);
            failure.addSuppressed(
                new SupervisedProcesses(
                    FixtureReport.summary(processes) + "; the whole story: " + file));
          });
    } catch (RuntimeException noPlaceForFiles) {
      // Some launchers have no directory for what tests publish.
      failure.addSuppressed(new SupervisedProcesses(story));
    }
  }
}
