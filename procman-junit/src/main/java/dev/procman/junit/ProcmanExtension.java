package dev.procman.junit;

import dev.procman.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Starts processes that are in no field of a test, where [Supervised] would be too static:
///
/// ```java
/// @RegisterExtension
/// static final ProcmanExtension procman = ProcmanExtension.builder().start(spec).build();
/// ```
///
/// Tests get them by [Supervised]. Safe under parallel execution: each scope has a manager of its
/// own.
public final class ProcmanExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private final List<ProcessSpec> specs;

  private final List<String> mayEnd;

  private ProcmanExtension(List<ProcessSpec> specs, List<String> mayEnd) {
    this.specs = specs;
    this.mayEnd = mayEnd;
  }

  /// Begins an extension.
  public static Builder builder() {
    return new Builder();
  }

  /// Collects an extension. Not thread-safe.
  public static final class Builder {
    private final List<ProcessSpec> specs = new ArrayList<>();
    private final List<String> mayEnd = new ArrayList<>();

    private Builder() {}

    /// Starts a process: once for the class if the extension is in a static field, else for each
    /// test.
    public Builder start(ProcessSpec spec) {
      specs.add(spec);
      return this;
    }

    /// Lets processes end by themselves while tests use them, see [Supervised#mayEnd()].
    ///
    /// @param names of processes that this extension starts
    public Builder mayEnd(String... names) {
      mayEnd.addAll(List.of(names));
      return this;
    }

    /// The extension.
    public ProcmanExtension build() {
      return new ProcmanExtension(List.copyOf(specs), List.copyOf(mayEnd));
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    start(context, context.getRequiredTestClass().getSimpleName());
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    start(context, context.getDisplayName());
    FixtureEnds.begin(context);
  }

  /// Once in the widest scope that sees this extension: the class if it is in a static field,
  /// nested classes included, else the test.
  private void start(ExtensionContext context, String name) throws InterruptedException {
    var store = Scopes.store(context);
    if (store.get(this) == null) {
      store.put(this, true);
      Scopes.start(context, name, specs);
      FixtureEnds.allow(context, mayEnd);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    FailedTest.report(context);
    FixtureEnds.check(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    FailedTest.report(context);
  }
}
