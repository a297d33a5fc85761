package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.ResourceLimit;
import dev.procman.ResourceLimit.Action;
import dev.procman.ResourceLimit.Subject;
import dev.procman.ResourceLimits;
import dev.procman.ResourceMetric;
import dev.procman.ResourceReservation;
import dev.procman.ResourceSettings;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What is watched of a process's resources, and how they are limited.
final class ResourceKeys {
  private static final Set<ResourceMetric> BYTES =
      Set.of(
          ResourceMetric.RESIDENT_MEMORY,
          ResourceMetric.PROPORTIONAL_MEMORY,
          ResourceMetric.UNIQUE_MEMORY,
          ResourceMetric.SWAPPED_MEMORY,
          ResourceMetric.STORAGE_READ,
          ResourceMetric.STORAGE_WRITTEN,
          ResourceMetric.NETWORK_RECEIVED,
          ResourceMetric.NETWORK_SENT,
          ResourceMetric.CHARGED_MEMORY,
          ResourceMetric.CHARGED_MEMORY_PEAK);

  /// All that there can be levels of, in the order in which they are written.
  private static final List<ResourceValue> ORDER =
      Stream.concat(
              Stream.of(ResourceValue.cpu()),
              Arrays.stream(ResourceMetric.values()).map(ResourceValue::of))
          .toList();

  private static final Rule<Double> NUMBER = Scalars.decimal(0, true, Double.MAX_VALUE);
  private static final Rule<Double> SIZE =
      Scalars.size(1).map(bytes -> (double) bytes, amount -> amount.longValue());
  private static final Rule<Double> COUNT =
      Scalars.integer(1, Integer.MAX_VALUE).map(Integer::doubleValue, Double::intValue);
  private static final Rule<Double> TIME =
      Scalars.SPAN.map(
          time -> (double) time.getSeconds() + time.getNano() / 1e9,
          seconds -> Duration.ofNanos(Math.round(seconds * 1e9)));

  // Levels

  static final Key<Duration> SUSTAINED =
      Key.of(
          "sustained",
          Scalars.DURATION,
          "how long a level must be passed without a break; default `0s`");
  static final Key<Double> HYSTERESIS =
      Key.of(
          "hysteresis",
          Scalars.decimal(0, false, 0.999),
          "the share of a level that the value must fall below it before that counts as left;"
              + " default 0.1");

  /// Two levels of every value.
  private static final ObjectRule<List<ResourceThreshold>> ALL_LEVELS = levels();

  static final Key<List<ResourceThreshold>> LEVELS =
      Key.of(
              "thresholds",
              ALL_LEVELS,
              "levels of `cpu` (cores), `memory` and other metrics, those that count by their"
                  + " growth per second: each `{warning, critical, sustained, hysteresis}`")
          .must();
  private static final Key<List<ResourceThreshold>> THRESHOLDS =
      Key.of("thresholds", ALL_LEVELS, LEVELS.about());

  // Limits

  private static final Key<Action> ACTION =
      Key.of(
          "action",
          Scalars.word(Action.class),
          "what happens beyond it: `alert`, `restart`, `stop` or `kill`; default `restart`");
  private static final Key<Duration> GRACE =
      Key.of(
          "grace", Scalars.DURATION, "how long it may be exceeded without a break; default `0s`");

  private static final ObjectRule<ResourceLimits> LIMITS = limits();

  private static final Key<ResourceLimits> LIMITS_KEY =
      Key.of(
          "limits",
          LIMITS,
          "the most of `memory`, `cpu`, `descriptors`, `processes`, `output`, `run_time`: an"
              + " amount, `{most, action, grace}`, or a list of these");

  // Reservation

  private static final Key<Long> RESERVED_MEMORY =
      Key.of("memory", Scalars.size(0), "bytes; default 0");
  private static final Key<Double> RESERVED_CPU =
      Key.of("cpu", Scalars.decimal(0, false, Double.MAX_VALUE), "cores; default 0");
  private static final Key<ResourceReservation> RESERVATION =
      Key.of(
              "reservation",
              ObjectRule.<ResourceReservation>of("reservation")
                  .key(RESERVED_MEMORY, it -> unless(it.memory(), 0L))
                  .key(RESERVED_CPU, it -> unless(it.cpu(), 0.0))
                  .make(it ->
                      new ResourceReservation(
                          it.or(RESERVED_MEMORY, 0L), it.or(RESERVED_CPU, 0.0))),
              "what it declares to need of the manager's budget: `{memory, cpu}`")
          .calledElsewhere("reservations", "requests");
  private static final Key<Boolean> TRENDS =
      Key.of(
          "trends",
          Scalars.BOOLEAN,
          "whether steady growth of memory and descriptors is told; default `true`");

  static final ObjectRule<ResourceSettings> RESOURCES =
      ObjectRule.<ResourceSettings>of("resources")
          .key(LIMITS_KEY, it -> unless(it.limits(), ResourceLimits.none()))
          .key(THRESHOLDS, it -> unless(it.thresholds(), List.of()))
          .key(RESERVATION, it -> unless(it.reservation(), ResourceReservation.none()))
          .key(TRENDS, it -> unless(it.trends(), true))
          .make(it ->
              new ResourceSettings(
                  it.or(THRESHOLDS, List.of()),
                  it.or(LIMITS_KEY, ResourceLimits.none()),
                  it.or(RESERVATION, ResourceReservation.none()),
                  it.or(TRENDS, true)));

  private ResourceKeys() {}

  private record Levels(double warning, double critical, Duration sustained, double hysteresis) {}

  private static ObjectRule<List<ResourceThreshold>> levels() {
    var rule = ObjectRule.<List<ResourceThreshold>>of("levels");
    var keys = new LinkedHashMap<ResourceValue, Key<Levels>>();
    for (ResourceValue value : ORDER) {
      boolean bytes =
          value instanceof ResourceValue.Of(ResourceMetric metric) && BYTES.contains(metric);
      keys.put(
          value,
          Key.of(
              name(value),
              bytes ? pair("levels_of_sizes", SIZE) : pair("levels_of_numbers", NUMBER),
              bytes ? "bytes" : "a number"));
    }
    keys.forEach((value, key) -> rule.key(key, it -> find(it, value)));
    return rule.make(it -> {
      var thresholds = new ArrayList<ResourceThreshold>();
      keys.forEach(
          (value, key) -> it.find(key).ifPresent(pair -> thresholds.add(threshold(value, pair))));
      return thresholds;
    });
  }

  private static String name(ResourceValue value) {
    return switch (value) {
      case ResourceValue.Cpu _ -> "cpu";
      case ResourceValue.Of(ResourceMetric metric) ->
          metric == ResourceMetric.RESIDENT_MEMORY
              ? "memory"
              : metric.name().toLowerCase(Locale.ROOT);
    };
  }

  private static Optional<Levels> find(List<ResourceThreshold> all, ResourceValue value) {
    return all.stream()
        .filter(each -> each.value().equals(value))
        .findFirst()
        .map(each ->
            new Levels(each.warning(), each.critical(), each.sustained(), each.hysteresis()));
  }

  private static ResourceThreshold threshold(ResourceValue value, Levels levels) {
    return new ResourceThreshold(
        value, levels.warning, levels.critical, levels.sustained, levels.hysteresis);
  }

  private static ObjectRule<Levels> pair(String name, Rule<Double> amount) {
    var warning = Key.of("warning", amount, "from here it is a warning").must();
    var critical = Key.of("critical", amount, "from here it is critical").must();
    return ObjectRule.<Levels>of(name)
        .key(warning, it -> Optional.of(it.warning))
        .key(critical, it -> Optional.of(it.critical))
        .key(SUSTAINED, it -> unless(it.sustained, Duration.ZERO))
        .key(HYSTERESIS, it -> unless(it.hysteresis, 0.1))
        .make(it -> {
          var levels =
              new Levels(
                  it.get(warning),
                  it.get(critical),
                  it.or(SUSTAINED, Duration.ZERO),
                  it.or(HYSTERESIS, 0.1));
          // Told here, where the levels are written.
          var _ = threshold(ResourceValue.cpu(), levels);
          return levels;
        });
  }

  /// An amount and what happens beyond it; of what is known by the key.
  private record Limit(double most, Action action, Duration grace) {}

  private static ObjectRule<ResourceLimits> limits() {
    var rule = ObjectRule.<ResourceLimits>of("limits");
    var keys = new LinkedHashMap<Subject, Key<List<Limit>>>();
    for (Subject subject : Subject.values()) {
      keys.put(
          subject,
          switch (subject) {
            case MEMORY -> limit(subject, "limit_of_size", SIZE, true, "bytes of its tree");
            case CPU -> limit(subject, "limit_of_cores", NUMBER, true, "cores");
            case DESCRIPTORS ->
                limit(subject, "limit_of_count", COUNT, true, "open descriptors of a member");
            case PROCESSES ->
                limit(subject, "limit_of_count", COUNT, true, "processes of its tree");
            case OUTPUT -> limit(subject, "limit_of_bytes", SIZE, false, "bytes of output");
            case RUN_TIME -> limit(subject, "limit_of_time", TIME, false, "time since its start");
          });
    }
    keys.forEach((subject, key) ->
        rule.key(
            key,
            it -> {
              var own =
                  it.limits().stream()
                      .filter(each -> each.subject() == subject)
                      .map(each -> new Limit(each.most(), each.action(), each.grace()))
                      .toList();
              return own.isEmpty() ? Optional.empty() : Optional.of(own);
            }));
    return rule.make(it -> {
      var all = ResourceLimits.none();
      for (var entry : keys.entrySet()) {
        for (Limit each : it.or(entry.getValue(), List.of())) {
          all = all.with(new ResourceLimit(entry.getKey(), each.most, each.grace, each.action));
        }
      }
      return all;
    });
  }

  private static Key<List<Limit>> limit(
      Subject subject, String name, Rule<Double> amount, boolean hasGrace, String about) {
    var most = Key.of("most", amount, "the most it may use").must();
    var object =
        ObjectRule.<Limit>of(name)
            .key(most, it -> Optional.of(it.most))
            .key(ACTION, it -> unless(it.action, Action.RESTART));
    if (hasGrace) {
      object.key(GRACE, it -> unless(it.grace, Duration.ZERO));
    }
    var one =
        object.make(it ->
            new Limit(it.get(most), it.or(ACTION, Action.RESTART), it.or(GRACE, Duration.ZERO)));
    var item = ShortRule.of(one, amount, Expand.under("most")).writtenAs("most");
    return Key.of(
        subject.name().toLowerCase(Locale.ROOT),
        ShortRule.of(ListRule.some(item), amount, Expand::alone).or(one, Expand::alone),
        about);
  }

  /// In the order in which they are written, so that what differs in that only is equal.
  static ResourceSettings canonical(ResourceSettings settings) {
    var limits = new ArrayList<>(settings.limits().limits());
    limits.sort(Comparator.comparing(ResourceLimit::subject));
    var thresholds = new ArrayList<>(settings.thresholds());
    thresholds.sort(Comparator.comparingInt(each -> ORDER.indexOf(each.value())));
    return new ResourceSettings(
        thresholds, new ResourceLimits(limits), settings.reservation(), settings.trends());
  }
}
