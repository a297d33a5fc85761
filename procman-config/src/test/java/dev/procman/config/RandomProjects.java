package dev.procman.config;

import dev.procman.Command;
import dev.procman.ControlGroup;
import dev.procman.IoPriority;
import dev.procman.LaunchSettings;
import dev.procman.ListenSocket;
import dev.procman.Rlimit;
import dev.procman.TerminalSize;
import dev.procman.Dependency;
import dev.procman.Environment;
import dev.procman.HealthStatus;
import dev.procman.OutputSettings;
import dev.procman.ResourceLimit;
import dev.procman.ResourceLimits;
import dev.procman.ResourceMetric;
import dev.procman.ResourceReservation;
import dev.procman.ResourceSettings;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceValue;
import dev.procman.RotatingFile;
import dev.procman.RotatingFile.Prefix;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.StandardInput;
import dev.procman.StopSequence;
import dev.procman.health.ResourceCheck;
import dev.procman.spi.Backoff;
import dev.procman.spi.StandardRestartPolicy;
import dev.procman.watch.FileSelection;
import dev.procman.watch.FileWatch;
import dev.procman.watch.OnChange;
import dev.procman.watch.OnFailure;
import dev.procman.watch.PathPattern;
import dev.procman.watch.WatchMode;
import dev.procman.watch.WatchTiming;
import dev.procman.watch.WatchedFiles;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/// Projects that use everything, at random; the same for the same seed.
final class RandomProjects {
  /// The environment that their secrets are in.
  static final Map<String, String> ENVIRONMENT = Map.of("WORD", "hunter22", "OTHER", "a$b c");

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "true",
          "null",
          "~",
          "1",
          "1.5",
          "- x",
          "a: b",
          "#x",
          "'",
          "\"",
          "\\",
          "*a",
          "&a",
          "!x",
          "%x",
          "@x",
          "`x",
          "{",
          "[",
          "}",
          "]",
          ",",
          "a\nb\n",
          "\n",
          "\n\nx",
          " x ",
          "tab\there",
          "ünïcode ✓ 𝄞",
          "100%",
          "$$",
          "$$x",
          "${name}",
          "${env.HOME}",
          "yes",
          "no",
          "0x1F",
          "1e3",
          ".5",
          "---",
          "...",
          "?",
          "x: #y",
          "\u0007bell",
          "\u0085next",
          "<<",
          "=");

  private final Random random;

  RandomProjects(long seed) {
    random = new Random(seed);
  }

  Project next() {
    var names = new ArrayList<String>();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      names.add(pick(List.of("web", "db", "a.b", "x#1", "9", "true")) + i);
    }
    var processes = new LinkedHashMap<String, ProcessConfig>();
    for (int i = 0; i < names.size(); i++) {
      processes.put(names.get(i), process(names.subList(0, i)));
    }
    var groups = new LinkedHashMap<String, List<String>>();
    some(2, () -> groups.put("g" + groups.size(), names.subList(0, random.nextInt(count + 1))));
    var variables = new LinkedHashMap<String, String>();
    some(3, () -> variables.put("V" + variables.size(), text()));
    return new Project(
        random.nextBoolean() ? Project.DEFAULT_NAME : "shop " + random.nextInt(9),
        variables,
        groups,
        processes);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private void some(int most, Runnable each) {
    int count = random.nextInt(most + 1);
    for (int i = 0; i < count; i++) {
      each.run();
    }
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextInt(3) == 0 ? Optional.of(value.get()) : Optional.empty();
  }

  private String text() {
    return pick(TEXTS);
  }

  private String literal() {
    return text().replace("${", "$(").replace("$$", "$");
  }

  private Duration duration() {
    return switch (random.nextInt(5)) {
      case 0 -> Duration.ofNanos(1 + random.nextInt(2_000_000_000));
      case 1 -> Duration.ofSeconds(1 + random.nextInt(100_000));
      case 2 -> Duration.ofDays(1 + random.nextInt(100));
      case 3 -> Duration.ofMillis(1 + random.nextInt(10_000));
      default -> Duration.ofMinutes(1 + random.nextInt(500));
    };
  }

  private double share() {
    return pick(List.of(0.0, 0.1, 0.25, 0.333, 1.0));
  }

  private List<String> argv() {
    var argv = new ArrayList<>(List.of("program"));
    some(3, () -> argv.add(text()));
    return argv;
  }

  private Command command() {
    return switch (random.nextInt(3)) {
      case 0 -> new Command.Shell("/bin/sh", "exec x " + text());
      case 1 -> new Command.Shell("/bin/bash", "exec y");
      default -> new Command.Exec(argv());
    };
  }

  private ProcessConfig process(List<String> before) {
    var config =
        ProcessConfig.of(command())
            .environment(environment())
            .ports(Map.of("http", 0))
            .startupProbe(maybe(this::probe))
            .readinessProbe(maybe(this::probe))
            .livenessProbe(maybe(this::probe))
            .restart(maybe(this::restart))
            .startTimeout(Duration.ofDays(200))
            .shutdown(maybe(this::shutdown))
            .onDemand(random.nextBoolean());
    maybe(() -> "/work dir/" + pick(List.of("a", "${name}", "$$x"))).ifPresent(config::workingDir);
    some(2, () -> config.file("f" + random.nextInt(9) + pick(List.of("", " x", ".y")), text()));
    some(2, () -> config.port("p" + random.nextInt(9), 0));
    before.forEach(
        name -> maybe(this::condition).ifPresent(condition -> config.dependsOn(name, condition)));
    maybe(() -> new LinkedHashSet<>(List.of(0, 143, random.nextInt(256))))
        .ifPresent(config::successCodes);
    maybe(this::duration).ifPresent(config::minimumUptime);
    maybe(this::duration).ifPresent(config::readyAfter);
    maybe(() -> Set.of("http")).ifPresent(config::readyWithoutListening);
    maybe(this::output).ifPresent(config::output);
    maybe(this::resources).ifPresent(config::resources);
    config.watch(maybe(this::watch));
    // What its probes may ask for.
    config.launch(maybe(this::launch).orElse(LaunchSettings.ofDefaults()).withNotifications());
    if (config.build().shutdown().isEmpty() && config.build().launch().terminal().isEmpty()) {
      config.stdin(input());
    }
    some(2, () -> config.label("l" + literal(), literal()));
    return config.build();
  }

  private StandardInput input() {
    return switch (random.nextInt(4)) {
      case 0 -> StandardInput.none();
      case 1 -> StandardInput.text(text());
      case 2 -> StandardInput.file("/srv/" + pick(List.of("a", "${name}", "$$x")));
      default -> StandardInput.pipe();
    };
  }

  private Dependency.Condition condition() {
    return random.nextInt(4) == 0
        ? Dependency.Condition.printed("^up " + literal().replaceAll("\\W", "."))
        : pick(List.<Dependency.Condition>of(Dependency.Point.values()));
  }

  private EnvironmentConfig environment() {
    var values = new LinkedHashMap<String, String>();
    some(3, () -> values.put("E" + random.nextInt(20), text()));
    var secrets = new LinkedHashMap<String, Secret>();
    some(
        2,
        () -> {
          var from = pick(List.of("WORD", "OTHER"));
          secrets.put(
              "S" + random.nextInt(9),
              new Secret(new Secret.Source.InVariable(from), ENVIRONMENT.get(from)));
        });
    var files = new ArrayList<EnvFile>();
    maybe(() -> new EnvFile("/srv/none.env", false, random.nextBoolean(), Map.of()))
        .ifPresent(files::add);
    var inherit = pick(List.of(Environment.Inherit.values()));
    return new EnvironmentConfig(
        inherit,
        inherit == Environment.Inherit.ALLOW_LIST ? Set.of("PATH", "HOME") : Set.of(),
        random.nextBoolean() ? Set.of() : Set.of("X_Y"),
        files,
        values,
        secrets);
  }

  private ProbeConfig probe() {
    int warning = 1 + random.nextInt(3);
    int critical = warning + random.nextInt(3);
    return new ProbeConfig(
        check(3),
        random.nextBoolean() ? Duration.ZERO : duration(),
        duration(),
        duration(),
        share(),
        duration(),
        1 + random.nextInt(4),
        warning,
        critical,
        critical + random.nextInt(3));
  }

  private Optional<String> port() {
    return pick(List.of(Optional.<String>empty(), Optional.of("http"), Optional.of("8080")))
        .or(() -> Optional.of("http"));
  }

  private CheckConfig check(int depth) {
    return switch (random.nextInt(depth > 0 ? 13 : 9)) {
      case 0 ->
          new CheckConfig.Http(
              pick(List.of("/", "/a?b=${name}")),
              port(),
              pick(List.of("127.0.0.1", "localhost")),
              random.nextBoolean(),
              random.nextBoolean(),
              pick(List.of("GET", "HEAD")),
              random.nextBoolean() ? Map.of() : Map.of("X-A", "b: $c"),
              random.nextBoolean() ? Set.of() : Set.of(200, 204),
              maybe(() -> "^a+$"),
              random.nextBoolean(),
              random.nextBoolean());
      case 1 ->
          new CheckConfig.Tcp(
              port(),
              "localhost",
              Duration.ofMillis(1 + random.nextInt(50)),
              maybe(this::literal),
              maybe(() -> "\\d+ $"),
              random.nextBoolean());
      case 2 ->
          new CheckConfig.Exec(
              command(),
              random.nextBoolean()
                  ? Map.of(0, HealthStatus.HEALTHY)
                  : Map.of(0, HealthStatus.WARNING, 7, HealthStatus.UNKNOWN),
              pick(List.of(HealthStatus.values())));
      case 3 ->
          new CheckConfig.Log(
              pick(List.of("ready", "a$", "x{2}")),
              pick(List.of(Set.of(StdStream.STDOUT), Set.of(StdStream.values()))),
              1 + random.nextInt(3),
              maybe(() -> "ERROR"));
      case 4 ->
          new CheckConfig.File(
              pick(List.of("up", "${dir.x}/up")), random.nextBoolean(), maybe(this::duration));
      case 5 -> new CheckConfig.Uptime(random.nextBoolean() ? Duration.ZERO : duration());
      case 6 ->
          new CheckConfig.Resources(
              new ResourceCheck(List.of(threshold(ResourceValue.cpu())), duration(), 0.25));
      case 7 -> new CheckConfig.Notified();
      case 8 -> new CheckConfig.Watchdog(duration().plusMillis(1));
      case 9 -> new CheckConfig.All(List.of(check(depth - 1), check(depth - 1)));
      case 10 -> new CheckConfig.Any(List.of(check(depth - 1)));
      case 11 -> new CheckConfig.Not(check(depth - 1));
      default ->
          new CheckConfig.Weighted(
              List.of(new CheckConfig.Weighted.Part(0.5 + random.nextInt(3), check(depth - 1))),
              0.9,
              pick(List.of(0.7, 0.8)),
              pick(List.of(0.5, 0.0)));
    };
  }

  private LaunchSettings launch() {
    var settings = LaunchSettings.ofDefaults();
    if (random.nextBoolean()) {
      settings =
          settings
              .rlimit(Rlimit.NOFILE, random.nextInt(1000))
              .rlimit(Rlimit.CORE, new Rlimit.Range(0, Rlimit.UNLIMITED))
              .nice(random.nextInt(40) - 20)
              .cpus(0, 3)
              .ioPriority(pick(List.of(IoPriority.Group.values())), random.nextInt(8))
              .umask(random.nextInt(0777));
    }
    if (random.nextBoolean()) {
      settings = settings.user("nobody").group("12").terminal(new TerminalSize(5, 80));
    }
    if (random.nextBoolean()) {
      settings =
          settings
              .controlGroup(
                  pick(
                      List.of(
                          ControlGroup.ofDefaults(),
                          ControlGroup.ofDefaults().memoryMax(1 << 30).cpuMax(1.5).pidsMax(10))))
              .socket(ListenSocket.tcp("http"))
              .socket(new ListenSocket.Unix("u", "${dir.run}/u", 7));
    }
    return settings;
  }

  private StandardRestartPolicy restart() {
    var when = pick(List.of(StandardRestartPolicy.When.values()));
    var first = Duration.ofMillis(random.nextInt(2000));
    var kind = pick(List.of(Backoff.Kind.values()));
    var onLimit = pick(List.of(StandardRestartPolicy.OnLimit.values()));
    return new StandardRestartPolicy(
        when,
        when == StandardRestartPolicy.When.ON_CODES ? Set.of(1, 75) : Set.of(),
        new Backoff(
            kind,
            first,
            kind == Backoff.Kind.FIXED ? first : first.plus(duration()),
            pick(List.of(1.0, 1.5, 2.0)),
            share()),
        random.nextInt(3),
        pick(List.of(Duration.ZERO, Duration.ofDays(500))),
        random.nextBoolean() ? Duration.ofSeconds(1) : duration(),
        onLimit == StandardRestartPolicy.OnLimit.LEAVE ? Optional.empty() : maybe(this::duration),
        maybe(() -> random.nextInt(5)),
        onLimit);
  }

  private StopSequence shutdown() {
    var steps = new ArrayList<StopSequence.Step>();
    some(
        3,
        () ->
            steps.add(
                switch (random.nextInt(4)) {
                  case 0 -> new StopSequence.Step.Send(pick(List.of(Signal.values())), duration());
                  case 1 ->
                      new StopSequence.Step.SendToLeader(
                          pick(List.of(Signal.values())), duration());
                  case 2 -> new StopSequence.Step.Write(literal(), Duration.ZERO);
                  default -> new StopSequence.Step.Run(argv(), duration());
                }));
    return new StopSequence(steps, duration());
  }

  private int logFiles; // each has a name of its own, since one file has one set of settings

  private OutputSettings output() {
    var files = new ArrayList<RotatingFile>();
    some(
        2,
        () ->
            files.add(
                new RotatingFile(
                    Path.of(
                        "/var/log/" + pick(List.of("a.log", "${name}.log", "a b")) + logFiles++),
                    1024L * (1 + random.nextInt(5000)),
                    random.nextInt(9),
                    random.nextBoolean() ? Duration.ZERO : duration(),
                    random.nextBoolean() ? Duration.ZERO : duration(),
                    random.nextBoolean(),
                    pick(
                        List.of(
                            Set.of(StdStream.STDERR),
                            Set.of(StdStream.STDOUT),
                            Set.of(StdStream.values()))),
                    pick(List.of(Set.<Prefix>of(), Set.of(Prefix.TIME), Set.of(Prefix.values()))),
                    pick(List.of(Optional.empty(), Optional.of("root"), Optional.of("0"))),
                    pick(List.of(Optional.empty(), Optional.of("root"))),
                    pick(List.of(OptionalInt.empty(), OptionalInt.of(0640))))));
    return new OutputSettings(
        Charset.forName(pick(List.of("UTF-8", "ISO-8859-1", "UTF-16"))),
        1 + random.nextInt(5000),
        16 + random.nextInt(5000),
        random.nextBoolean(),
        random.nextBoolean(),
        duration(),
        files,
        List.of(),
        random.nextBoolean());
  }

  private ResourceThreshold threshold(ResourceValue value) {
    double warning = 1 + random.nextInt(5_000_000);
    return new ResourceThreshold(
        value,
        warning,
        warning + random.nextInt(10),
        random.nextBoolean() ? Duration.ZERO : duration(),
        pick(List.of(0.0, 0.1, 0.5)));
  }

  private ResourceSettings resources() {
    var thresholds = new LinkedHashMap<ResourceValue, ResourceThreshold>();
    some(
        3,
        () -> {
          var value =
              random.nextInt(4) == 0
                  ? ResourceValue.cpu()
                  : ResourceValue.of(pick(List.of(ResourceMetric.values())));
          thresholds.put(value, threshold(value));
        });
    var limits = ResourceLimits.none();
    for (int i = random.nextInt(4); i > 0; i--) {
      var subject = pick(List.of(ResourceLimit.Subject.values()));
      boolean total =
          subject == ResourceLimit.Subject.OUTPUT || subject == ResourceLimit.Subject.RUN_TIME;
      limits =
          limits.with(
              new ResourceLimit(
                  subject,
                  1 + random.nextInt(1_000_000),
                  total || random.nextBoolean() ? Duration.ZERO : duration(),
                  pick(List.of(ResourceLimit.Action.values()))));
    }
    return new ResourceSettings(
        List.copyOf(thresholds.values()),
        limits,
        new ResourceReservation(random.nextInt(1 << 20), pick(List.of(0.0, 0.5, 2.0))),
        random.nextBoolean());
  }

  private FileWatch watch() {
    var roots = new LinkedHashSet<>(List.of(Path.of("/src"), Path.of("/lib " + random.nextInt(3))));
    var patterns = new ArrayList<PathPattern>();
    some(
        2,
        () ->
            patterns.add(
                random.nextBoolean()
                    ? new PathPattern.Glob(pick(List.of("**/*.java", "a b", "[a-c]?")))
                    : new PathPattern.Regex("a+$")));
    var change =
        switch (random.nextInt(3)) {
          case 0 -> new OnChange.Send(Signal.HUP);
          case 1 -> new OnChange.Run(argv());
          default -> new OnChange.Restart(random.nextBoolean());
        };
    var answer =
        switch (random.nextInt(3)) {
          case 0 -> new OnFailure.StayDown();
          case 1 -> new OnFailure.RollBack(1 + random.nextInt(1 << 30));
          default -> new OnFailure.KeepTrying();
        };
    var debounce = Duration.ofMillis(random.nextInt(60_000));
    return new FileWatch(
        new WatchedFiles(
            List.copyOf(roots),
            new FileSelection(
                patterns, patterns, random.nextBoolean(), random.nextBoolean(), random.nextInt(9)),
            random.nextBoolean(),
            random.nextBoolean(),
            pick(List.of(WatchMode.values())),
            new WatchTiming(
                debounce,
                debounce.plusMillis(random.nextInt(9999)),
                Duration.ofMillis(random.nextInt(9999)),
                Duration.ofMillis(1 + random.nextInt(9999))),
            List.of()),
        change,
        answer,
        1 + random.nextInt(99),
        duration());
  }
}
