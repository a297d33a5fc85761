package dev.procman.junit;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised.Scope;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Carries out [Supervised]. It is no [ProcmanExtension]: JUnit takes an annotation's extension
/// only where no other of its class is registered.
final class SupervisedExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {

  // Starting.

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    var test = context.getRequiredTestClass();
    Scopes.startForSession(context, SupervisedFields.ofSession(test));
    Scopes.start(context, test.getSimpleName(), SupervisedFields.specs(test, Scope.CLASS, null));
    FixtureEnds.allow(context, SupervisedFields.mayEnd(test, null));
    inject(SupervisedFields.processes(test, true), null, context);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    var instances = context.getRequiredTestInstances().getAllInstances();
    var specs = new ArrayList<ProcessSpec>();
    for (var instance : instances) {
      specs.addAll(SupervisedFields.specs(instance.getClass(), Scope.METHOD, instance));
    }
    Scopes.start(context, context.getDisplayName(), specs);
    for (var instance : instances) {
      FixtureEnds.allow(context, SupervisedFields.mayEnd(instance.getClass(), instance));
      inject(SupervisedFields.processes(instance.getClass(), false), instance, context);
    }
    FixtureEnds.begin(context);
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
            field + " cannot be set; it must not be final, nor closed to dev.procman.junit",
            refused);
      }
    }
  }

  private static ManagedProcess process(
      String asked, Optional<String> ownName, String place, ExtensionContext context) {
    var visible = Scopes.visible(context);
    var all = visible.all();
    var found =
        asked.isEmpty() ? ownName.flatMap(visible::find).or(() -> only(all)) : visible.find(asked);
    return found.orElseThrow(() ->
        new ExtensionConfigurationException(
            "%s wants %s, but %s; %sname one by @Supervised(\"name\")"
                .formatted(
                    place,
                    asked.isEmpty()
                        ? ownName.map(name -> "the process '" + name + "'").orElse("a process")
                        : "the process '" + asked + "'",
                    all.isEmpty() ? "no process is started yet" : "there are " + visible.names(),
                    asked.isEmpty() && ownName.isEmpty()
                        ? "the class file does not hold the parameter's name: compile with"
                            + " -parameters, or "
                        : "")));
  }

  private static Optional<ManagedProcess> only(List<ManagedProcess> all) {
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.isAnnotated(Supervised.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var declared = parameter.getParameter();
    if (declared.getType() == ProcessManager.class) {
      return Scopes.narrowest(context).manager();
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

  // Telling.

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
