package dev.procman.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.LaunchException;
import org.junit.jupiter.api.Test;

class RequiresExecutableTest {

  @RequiresExecutable("sh")
  @RequiresExecutable("/bin/sh")
  static class Present {
    @Test
    void runs() {}
  }

  @RequiresExecutable("sh")
  @RequiresExecutable(value = "no-such-server", debianPackage = "such-servers")
  static class Missing {
    @Test
    void neverRuns() {}
  }

  static class MissingForOne {
    @Test
    void runs() {}

    @Test
    @RequiresExecutable("no-such-server")
    void neverRuns() {}
  }

  @RequiresExecutable(value = "no-such-server", skip = true)
  static class Skipped {
    @Test
    void neverRuns() {}
  }

  static class Heir extends Skipped {}

  @Test
  void aProgramThatIsThereLetsTestsRun() {
    var kit = Kit.run(Present.class);
    assertThat(kit.failures()).isEmpty();
    assertThat(kit.succeeded()).isEqualTo(1);
  }

  @Test
  void aMissingProgramFailsTheClassAndNamesThePackage() {
    var kit = Kit.run(Missing.class);
    assertThat(kit.failure())
        .rootCause()
        .isInstanceOf(LaunchException.class)
        .hasMessageContainingAll("'no-such-server'", "PATH", "apt-get install such-servers");
    assertThat(kit.results().testEvents().started().count()).isZero();
  }

  @Test
  void aMissingProgramOfOneTestFailsThatTest() {
    var kit = Kit.run(MissingForOne.class);
    assertThat(kit.failure()).rootCause().hasMessageContaining("apt-get install no-such-server");
    assertThat(kit.succeeded()).isEqualTo(1);
  }

  @Test
  void aMissingProgramSkipsOnlyWhenAsked() {
    var kit = Kit.run(Skipped.class, Heir.class);
    assertThat(kit.failures()).isEmpty();
    assertThat(kit.succeeded()).isZero();
    assertThat(kit.results().containerEvents().skipped().count()).isEqualTo(2);
  }
}
