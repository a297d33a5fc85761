package dev.procman.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Dependency;
import dev.procman.Hook;
import dev.procman.LaunchSettings;
import dev.procman.OutputSettings;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.ResourceLimit;
import dev.procman.ResourceLimits;
import dev.procman.StandardInput;
import dev.procman.StopSequence;
import dev.procman.spi.HealthResult;
import dev.procman.spi.ProcessExtension;
import dev.procman.spi.RestartPolicy;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SpecIdentityTest {
  static final Map<String, Consumer<ProcessSpec.Builder>> CHANGES = new LinkedHashMap<>();

  static {
    CHANGES.put("command", spec -> spec.command("other"));
    CHANGES.put("directory", spec -> spec.directory("/tmp"));
    CHANGES.put("environment", spec -> spec.env("A", "1"));
    CHANGES.put("files", spec -> spec.file("a", "1"));
    CHANGES.put("ports", spec -> spec.port("other"));
    CHANGES.put("dependencies", spec -> spec.dependsOn("other", Dependency.Condition.STARTED));
    CHANGES.put("startup", spec -> spec.startup(probe()));
    CHANGES.put("ready", spec -> spec.ready(probe()));
    CHANGES.put("live", spec -> spec.live(probe()));
    CHANGES.put("readyAfter", spec -> spec.readyAfter(Duration.ZERO));
    CHANGES.put("readyWithoutListening", spec -> spec.readyWithoutListening("own"));
    CHANGES.put("restart", spec -> spec.restart(RestartPolicy.always()));
    CHANGES.put("successCodes", spec -> spec.successCodes(0, 3));
    CHANGES.put("startTimeout", spec -> spec.startTimeout(Duration.ofSeconds(7)));
    CHANGES.put("minimumUptime", spec -> spec.minimumUptime(Duration.ofSeconds(1)));
    CHANGES.put("stdin", spec -> spec.stdin(StandardInput.none()));
    CHANGES.put("stop", spec -> spec.stop(StopSequence.kill()));
    CHANGES.put("hooks", spec -> spec.hook(Hook.Point.AFTER_READY, _ -> {}));
    CHANGES.put("output", spec -> spec.output(OutputSettings.ofDefaults().retainedLines(7)));
    CHANGES.put("extensions", spec -> spec.with(extension()));
    CHANGES.put("labels", spec -> spec.label("a", "1"));
    CHANGES.put(
        "resources",
        spec -> spec.limits(ResourceLimits.none().memory(1 << 30, ResourceLimit.Action.ALERT)));
    CHANGES.put("launch", spec -> spec.launch(LaunchSettings.ofDefaults().umask(7)));
    CHANGES.put("onDemand", ProcessSpec.Builder::onDemand);
  }

  private static Probe probe() {
    return Probe.of(_ -> HealthResult.healthy());
  }

  private static ProcessExtension extension() {
    return (_, _) -> () -> {};
  }

  static ProcessSpec.Builder builder() {
    return ProcessSpec.named("db").command("server").port("own");
  }

  @Test
  void specificationsThatDifferInAnyPartAreNotTheSame() {
    var parts =
        Arrays.stream(ProcessSpec.class.getRecordComponents())
            .map(RecordComponent::getName)
            .filter(part -> !part.equals("name"))
            .toList();
    assertThat(CHANGES.keySet()).as("a change for each part").hasSameElementsAs(parts);
    CHANGES.forEach((part, change) -> {
      var changed = builder();
      change.accept(changed);
      assertThat(SpecIdentity.isSame(builder().build(), changed.build())).as(part).isFalse();
    });
  }

  static ProcessSpec whole(String captured) {
    var all = builder();
    CHANGES.values().forEach(change -> change.accept(all));
    return all.hook(Hook.Point.BEFORE_START, _ -> captured.length()).build();
  }

  @Test
  void whatIsMadeAnewFromTheSamePartsIsTheSame() {
    assertThat(SpecIdentity.isSame(whole("one"), whole("one"))).isTrue();
  }

  @Test
  void codeThatHasCapturedSomethingElseOrIsWrittenElsewhereIsNotTheSame() {
    assertThat(SpecIdentity.isSame(whole("one"), whole("two"))).isFalse();
    var one = builder().hook(Hook.Point.BEFORE_START, _ -> {}).build();
    var other = builder().hook(Hook.Point.BEFORE_START, _ -> {}).build();
    assertThat(SpecIdentity.isSame(one, other)).isFalse();
  }
}
