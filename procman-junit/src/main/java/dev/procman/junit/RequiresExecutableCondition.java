package dev.procman.junit;

import dev.procman.services.Executables;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Carries out [RequiresExecutable].
final class RequiresExecutableCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    for (var required : required(context)) {
      if (Executables.find(required.value()).isEmpty()) {
        if (required.skip()) {
          return ConditionEvaluationResult.disabled(
              "'" + required.value() + "' is not installed, and the test asks to be skipped then");
        }
        // What a condition throws fails the test or class, with these words.
        var debianPackage = required.debianPackage();
        var _ =
            Executables.require(
                required.value(), debianPackage.isEmpty() ? required.value() : debianPackage);
      }
    }
    return ConditionEvaluationResult.enabled("all programs are there");
  }

  private static List<RequiresExecutable> required(ExtensionContext context) {
    return AnnotationSupport.findRepeatableAnnotations(
        context.getElement(), RequiresExecutable.class);
  }
}
