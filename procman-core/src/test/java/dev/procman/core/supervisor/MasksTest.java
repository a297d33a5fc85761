package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessSpec;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The secrets of a process over its generations.
class MasksTest {
  private static final ProcessSpec SPEC = ProcessSpec.named("web").command("server").build();

  private final Masks masks = new Masks(SPEC);

  private static Secrets secrets(String... values) {
    return new Secrets(Set.of(values));
  }

  private String masked() {
    return masks.now().mask("first second third");
  }

  @Test
  void thoseOfAllGenerationsHoldUntilTheyAreForgotten() {
    masks.learn(1, secrets("first"));
    masks.learn(2, secrets("second"));
    masks.learn(3, secrets("third"));
    assertThat(masked()).isEqualTo("*** *** ***");
    masks.forgetBefore(3);
    assertThat(masked()).isEqualTo("first second ***");
  }

  @Test
  void aSecretThatALaterGenerationHasTooIsKept() {
    masks.learn(1, secrets("first", "second"));
    masks.learn(2, secrets("first"));
    masks.forgetBefore(2);
    assertThat(masked()).isEqualTo("*** second third");
  }

  @Test
  void aSecretThatComesBackIsKept() {
    masks.learn(1, secrets("first"));
    masks.learn(2, secrets("second"));
    masks.learn(3, secrets("first"));
    masks.forgetBefore(3);
    assertThat(masked()).isEqualTo("*** second third");
  }

  @Test
  void whatTheNextGenerationWillBeToldIsSecretAlready() {
    masks.learn(1, secrets("first"));
    masks.declaredBy(SPEC.toBuilder().secretEnv("TOKEN", "second").build());
    assertThat(masked()).isEqualTo("*** *** third");
  }

  @Test
  void aTemplateOfTheEnvironmentIsSecretBeforeTheFirstStart() {
    var value = System.getenv("PATH");
    masks.declaredBy(SPEC.toBuilder().secretEnv("URL", "x:${env.PATH}@${port.http}").build());
    assertThat(masks.now().mask("a " + value)).isEqualTo("a ***");
    assertThat(masks.now().mask("a x:" + value + "@${port.http}")).isEqualTo("a ***");
  }
}
