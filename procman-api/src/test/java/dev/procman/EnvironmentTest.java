package dev.procman;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  private static final Map<String, String> PARENT =
      Map.of("PATH", "/bin", "HOME", "/root", "X", "x");

  private static Environment environment(Environment.Inherit inherit) {
    return new Environment(
        inherit,
        Set.of("PATH", "MISSING"),
        Map.of("ADDED", "1", "HOME", "/else", "KEPT", "2"),
        Set.of("X", "KEPT"),
        Set.of());
  }

  @Test
  void byDefaultEverythingIsInheritedUnchanged() {
    assertThat(Environment.ofDefaults().resolve(PARENT)).isEqualTo(PARENT);
  }

  @Test
  void allIsInheritedWithoutWhatIsUnsetAndWithWhatIsSet() {
    assertThat(environment(Environment.Inherit.ALL).resolve(PARENT))
        .isEqualTo(Map.of("PATH", "/bin", "HOME", "/else", "ADDED", "1", "KEPT", "2"));
  }

  @Test
  void anAllowListPassesOnWhatItNamesAndTheParentHas() {
    assertThat(environment(Environment.Inherit.ALLOW_LIST).resolve(PARENT))
        .isEqualTo(Map.of("PATH", "/bin", "HOME", "/else", "ADDED", "1", "KEPT", "2"));
    assertThat(
            new Environment(
                    Environment.Inherit.ALLOW_LIST,
                    Set.of("HOME"),
                    Map.of(),
                    Set.of("HOME"),
                    Set.of())
                .resolve(PARENT))
        .isEmpty();
  }

  @Test
  void nothingIsInheritedWhenSaidSo() {
    assertThat(environment(Environment.Inherit.NONE).resolve(PARENT))
        .isEqualTo(Map.of("HOME", "/else", "ADDED", "1", "KEPT", "2"));
  }

  @Test
  void resolvingChangesNothing() {
    var environment = environment(Environment.Inherit.ALL);
    environment.resolve(PARENT).put("LATER", "x");
    assertThat(environment.resolve(PARENT)).doesNotContainKey("LATER");
    assertThat(environment.values()).doesNotContainKey("LATER");
  }

  @Test
  void aVariableOnceSecretStaysSecretWhenItIsSetAgain() {
    var spec =
        ProcessSpec.named("a").command("b").secretEnv("TOKEN", "x").env("TOKEN", "y").build();
    assertThat(spec.environment().secrets()).containsExactly("TOKEN");
    assertThat(spec.environment().resolve(Map.of())).containsEntry("TOKEN", "y");
  }

  @Test
  void namesOfVariablesDifferByCase() {
    var resolved =
        ProcessSpec.named("a")
            .command("b")
            .inheritNoEnv()
            .env("a", "1")
            .env("A", "2")
            .build()
            .environment()
            .resolve(PARENT);
    assertThat(resolved).isEqualTo(Map.of("a", "1", "A", "2"));
  }
}
