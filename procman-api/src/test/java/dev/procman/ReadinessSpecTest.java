package dev.procman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.spi.HealthCheck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What of a specification tells when it is ready.
class ReadinessSpecTest {
  private static ProcessSpec.Builder web() {
    return ProcessSpec.named("web").command("web").port("http").port("debug");
  }

  @Test
  void namedPortsTellItButForThoseLeftOut() {
    assertThat(web().build().portsToListenOn()).containsExactly("debug", "http");
    assertThat(web().readyWithoutListening("debug").build().portsToListenOn())
        .containsExactly("http");
    assertThat(web().readyWithoutListening("debug", "http").build().isReadyByTime()).isTrue();
  }

  @Test
  void aProbeTellsItInTheirPlace() {
    var check = HealthCheck.of("good", () -> true);
    for (var spec : List.of(web().ready(check).build(), web().startup(Probe.of(check)).build())) {
      assertThat(spec.portsToListenOn()).isEmpty();
      assertThat(spec.isReadyByTime()).isFalse();
    }
    assertThat(web().live(check).build().portsToListenOn()).hasSize(2);
  }

  @Test
  void aSocketThatIsPassedOnTellsNothing() {
    var spec = web().launch(LaunchSettings.ofDefaults().socket(ListenSocket.tcp("http"))).build();
    assertThat(spec.portsToListenOn()).containsExactly("debug");
  }

  @Test
  void withoutPortsTimeTellsIt() {
    var spec = ProcessSpec.named("plain").command("plain").build();
    assertThat(spec.isReadyByTime()).isTrue();
    assertThat(spec.readyAfter()).isEqualTo(Duration.ofMillis(100));
    assertThat(spec.toBuilder().startTimeout(Duration.ofMillis(50)).build()).isNotNull();
  }

  @Test
  void whatMakesNoSenseIsRejected() {
    assertThatThrownBy(() -> web().readyWithoutListening("htpp").build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContainingAll("readyWithoutListening", "htpp", "[debug, http]");
    assertThatThrownBy(() -> web().readyAfter(Duration.ofMillis(-1)).build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("readyAfter");
    assertThatThrownBy(() -> web().readyAfter(Duration.ofMinutes(2)).build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("less than the start timeout");
  }
}
