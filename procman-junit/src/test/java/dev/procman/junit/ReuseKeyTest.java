package dev.procman.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Hook;
import dev.procman.ProcessSpec;
import dev.procman.services.Redis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A kept process is taken up only by a specification whose parts are all the same.
class ReuseKeyTest {
  private static ReuseKey key(ProcessSpec spec) {
    return ReuseKey.of(spec, "/project");
  }

  @Test
  void specificationsThatDifferInAnyPartHaveDifferentKeysOfOneFamily() {
    var plain = key(SpecIdentityTest.builder().build());
    SpecIdentityTest.CHANGES.forEach((part, change) -> {
      var changed = SpecIdentityTest.builder();
      change.accept(changed);
      var other = key(changed.build());
      assertThat(other.specification()).as(part).isNotEqualTo(plain.specification());
      assertThat(other.family()).as(part).isEqualTo(plain.family());
    });
  }

  @Test
  void whatIsMadeAnewHasTheSameKey() {
    assertThat(key(SpecIdentityTest.whole("one"))).isEqualTo(key(SpecIdentityTest.whole("one")));
    assertThat(key(SpecIdentityTest.whole("one"))).isNotEqualTo(key(SpecIdentityTest.whole("two")));
  }

  @Test
  void theOrderInWhichNamesWereGivenMakesNoDifference() {
    var one = SpecIdentityTest.builder().env("A", "1").env("B", "2").label("a", "").label("b", "");
    var other =
        SpecIdentityTest.builder().label("b", "").label("a", "").env("B", "2").env("A", "1");
    assertThat(key(one.build())).isEqualTo(key(other.build()));
  }

  @Test
  void textsThatLookLikeOthersTogetherDoNot() {
    var one = ProcessSpec.named("db").command("a", "b\",\"c").build();
    var other = ProcessSpec.named("db").command("a\",\"b", "c").build();
    assertThat(key(one)).isNotEqualTo(key(other));
  }

  private static String keys() {
    var hooked =
        SpecIdentityTest.whole("captured").toBuilder()
            .hook(Hook.Point.BEFORE_STOP, _ -> {})
            .build();
    return List.of(key(hooked), key(Redis.named("cache").spec())).toString();
  }

  /// Another run of the same program, with addresses and hidden classes of its own.
  static final class AnotherRun {
    private AnotherRun() {}

    public static void main(String[] arguments) {
      // Classes that the other run has not loaded before.
      Runnable unlike = () -> System.err.println("another run");
      unlike.run();
      System.out.print(keys());
    }
  }

  @Test
  void theKeyIsTheSameInAnotherRun() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var run =
        new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), AnotherRun.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var printed = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor()).isZero();
    assertThat(printed).isEqualTo(keys());
  }
}
