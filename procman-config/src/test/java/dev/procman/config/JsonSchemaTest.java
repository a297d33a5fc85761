package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// That the published schema says what the loader does.
class JsonSchemaTest {
  private static final Path RESOURCE = Path.of("src/main/resources/procman.schema.json");
  private static final Path DOCUMENT = Path.of("../docs/procman.schema.json");
  private static final Path EVERY_KEY = Path.of("src/test/resources/every-key.yaml");

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ProcmanConfig.jsonSchema());

  /// What a schema cannot say: values that contradict each other, and languages of their own.
  private static final Set<String> BEYOND_A_SCHEMA =
      Set.of(
          "backoff-max-below-first.yaml",
          "bad-charset.yaml",
          "bad-glob.yaml",
          "bad-regex.yaml",
          "command-needs-shell.yaml",
          "command-open-quote.yaml",
          "duplicate-key.yaml",
          "duplicate-process.yaml",
          "env-file-missing.yaml",
          "extends-circle.yaml",
          "extends-unknown.yaml",
          "http-header.yaml",
          "http-host-any.yaml",
          "log-file-shared.yaml",
          "probe-thresholds.yaml",
          "restart-codes-missing.yaml",
          "restart-never-triggers.yaml",
          "secret-variable-missing.yaml",
          "size-too-small.yaml",
          "template-where-none-is.yaml",
          "threshold-order.yaml",
          "variable-form.yaml",
          "variable-missing.yaml",
          "variable-open.yaml",
          "variable-required.yaml",
          "variable-secret-not-shown.yaml",
          "variable-wrong-type.yaml",
          "weighted-shares.yaml");

  private final List<String> disagreements = new ArrayList<>();

  /// What the validator in Java says of documents, by their JSON.
  private final Map<String, Boolean> judged = new LinkedHashMap<>();

  @TempDir Path directory;

  @Test
  void theFilesAreWhatTheRulesSay() throws IOException {
    assertThat(RESOURCE).hasContent(ProcmanConfig.jsonSchema());
    assertThat(DOCUMENT).hasContent(ProcmanConfig.jsonSchema());
  }

  @Test
  void everyKeyOfTheSchemaIsDescribed() {
    assertThat(ProjectKeys.PROJECT.keys()).allSatisfy(key -> assertThat(key.about()).isNotBlank());
    assertThat(ProcessKeys.PROCESS.keys()).allSatisfy(key -> assertThat(key.about()).isNotBlank());
  }

  static List<String> documents() throws IOException {
    return BrokenDocumentsTest.documents().stream()
        .filter(name -> !name.startsWith("not-yaml"))
        .filter(name -> !BEYOND_A_SCHEMA.contains(name))
        .toList();
  }

  @ParameterizedTest
  @MethodSource
  void documents(String name) throws IOException {
    var read = read(Files.readString(Path.of("src/test/resources/broken").resolve(name)));
    if (read.isPresent()) {
      agree(read.get());
    }
    assertThat(disagreements).isEmpty();
  }

  /// Documents that a validator, or Java's or JavaScript's idea of a regular expression, is likely
  /// to take for something else than the loader does.
  static List<String> traps() {
    var keys =
        List.of(
            "environment: {A: null}",
            "environment: {A: }",
            "environment: null",
            "depends_on: {db: null}",
            "ports: {http: null}",
            "labels: {a: null}",
            "files: {a: null}",
            "secrets: {A: null}",
            "secrets: {A: {file: null, variable: WORD}}",
            "shell: null",
            "stdin: null",
            "stdin: terminal",
            "stdin: {}",
            "stdin: {text: null}",
            "stdin: {text: a, file: b}",
            "stdin: {from: none, text: a}",
            "stdin: {from: none}",
            "stdin: [none]",
            "shutdown: {signal: INT, steps: null}",
            "shutdown: {steps: [{signal: null, write: x}]}",
            "readiness_probe: {log: a, tcp: null}",
            "readiness_probe: {log: null}",
            "readiness_probe: {uptime: null, tcp: null}",
            "watch: {paths: [a], file: null}",
            "ports: {http: 5.0}",
            "ports: {http: 5.5}",
            "ports: {http: 1.0e+3}",
            "ports: {http: 1e9}",
            "ports: [8080]",
            "ports: ['8080']",
            "ports: [a1]",
            "ports: {8080: 1}",
            "ports: [1e5]",
            "ports: [true]",
            "launch: {sockets: [{port: 8080}]}",
            "success_codes: 5.0",
            "success_codes: [0.0, 3.0]",
            "success_codes: '5'",
            "replicas: 1.0",
            "replicas: 2.0",
            "restart: {limit: 5.0}",
            "output: {files: [{path: a, max_size: 5.0}]}",
            "output: {files: [{path: a, max_size: 5.5}]}",
            "output: {files: [{path: a, max_size: -5}]}",
            "readiness_probe: {tcp: 80.0}",
            "readiness_probe: {tcp: 80.5}",
            "launch: {rlimits: {nofile: 10.0}}",
            "launch: {nice: -5.0}",
            "launch: {umask: 27.0}",
            "resources: {thresholds: {charged_memory: {warning: 1MiB, critical: 2.0}}}",
            "resources: {thresholds: {charged_memory: {warning: 1, critical: 2MiB}}}",
            "start_timeout: 5.0",
            "environment: {A: 5.0}",
            "environment: {A: \"a\\0b\"}",
            "environment: [\"A=a\\0b\"]",
            "environment: {A: \"a\\0${WORD}\"}",
            "command: [web, \"a\\0b\"]",
            "command: \"a\\0b\"",
            "working_dir: \"a\\0b\"",
            "working_dir: \"${dir.a}\\0b\"",
            "files: {\"a\\0b\": x}",
            "files: {a: \"x\\0\"}",
            "labels: {a: \"x\\0\"}",
            "labels: {\"a\\nb\": x}",
            "labels: {'': x}",
            "readiness_probe: {log: \"x\\0\"}",
            "readiness_probe: {http_get: {path: \"/x\\0\", port: 80}}",
            "readiness_probe: {http_get: {path: /, port: 80, host: \"a\\u00a0b\"}}",
            "watch: {paths: [a], include: \"x\\0\"}",
            "command: ''",
            "command: ' '",
            "command: \"\\t\"",
            "command: \"\\u00a0\"",
            "command: \"\\u2003\"",
            "command: \"\\u001c\"",
            "command: [\"\\ufeff\"]",
            "command: [\"\\u2028\"]",
            "environment: {\"A\\u00a0B\": x}",
            "environment: {\"A\\u000bB\": x}",
            "environment: {\"A\\nB\": x}",
            "unset_environment: [\"A\\u2003B\"]",
            "shell: \"a\\n\"",
            "working_dir: \"\\n\"",
            "start_timeout: \"5s\\n\"",
            "depends_on: [\"db\\n\"]",
            "ports: {\"http\\n\": 1}");
    return keys.stream()
        .map(key -> key.startsWith("command") ? key : "command: [web], " + key)
        .map(key -> "processes: {db: {command: [db]}, web: {" + key + "}}")
        .toList();
  }

  static List<String> wholeTraps() {
    return List.of(
        "processes: {web: null}",
        "processes: {web: {command: null, shell: x}}",
        "processes: {web: {command: null}}",
        "processes: {web: {command: null, shell: null}}",
        "variables: {A: null}\nprocesses: {web: {command: x}}",
        "templates: {a: null}\nprocesses: {web: {command: x}}",
        "groups: {a: null}\nprocesses: {web: {command: x}}",
        "defaults: null\nprocesses: {web: {command: x}}",
        "defaults: {environment: {A: null}}\nprocesses: {web: {command: x}}",
        "defaults: {environment: {A: 1}}\nprocesses: {web: {command: x, environment: {A: null}}}",
        "defaults: {command: x, shell: null}\nprocesses: {web: {command: x}}",
        "name: 5.0\nprocesses: {web: {command: x}}",
        "name: \"a\\0\"\nprocesses: {web: {command: x}}",
        "processes: {\"web\\n\": {command: x}}");
  }

  @Test
  void theLoaderAndTwoValidatorsJudgeTheSameOfNothingNulNumbersAndBlanks() throws Exception {
    var documents = new ArrayList<>(traps());
    documents.addAll(wholeTraps());
    int accepted = 0;
    for (String document : documents) {
      accepted += agree(read(document).orElseThrow()) ? 1 : 0;
    }

    assertThat(disagreements).isEmpty();
    assertThat(accepted).isBetween(20, documents.size() - 20);
    agreeInJavaScript();
  }

  @Test
  void aValidatorInJavaScriptJudgesTheSameOfAllBrokenDocuments() throws Exception {
    for (String name : BrokenDocumentsTest.documents()) {
      if (!name.startsWith("not-yaml")) {
        read(Files.readString(Path.of("src/test/resources/broken").resolve(name)))
            .ifPresent(this::agree);
      }
    }
    agreeInJavaScript();
  }

  private void agreeInJavaScript() throws Exception {
    var documents = List.copyOf(judged.keySet());
    var theirs = new JavaScriptValidator(directory).judge(ProcmanConfig.jsonSchema(), documents);

    assertThat(theirs).hasSameSizeAs(documents);
    var others = new ArrayList<String>();
    for (int i = 0; i < documents.size(); i++) {
      if (!theirs.get(i).equals(judged.get(documents.get(i)))) {
        others.add("ajv says " + theirs.get(i) + " of " + documents.get(i));
      }
    }
    assertThat(others).isEmpty();
  }

  @Test
  void theDocumentWithEveryKeyIsAccepted() throws IOException {
    var every = read(Files.readString(EVERY_KEY)).orElseThrow();

    assertThat(problems(every)).isEmpty();
    assertThat(SCHEMA.validate(json(every), InputFormat.JSON)).isEmpty();
  }

  @Test
  void whatIsExportedIsAccepted() {
    var projects = new RandomProjects(20261124);
    for (int i = 0; i < 50; i++) {
      var exported = read(ProcmanConfig.export(projects.next())).orElseThrow();
      assertThat(SCHEMA.validate(json(exported), InputFormat.JSON)).isEmpty();
    }
  }

  /// Every value of the document with every key in turn is replaced by every other kind of value,
  /// removed, and given an unknown neighbour.
  @Test
  void allJudgeEveryChangeOfTheDocumentWithEveryKeyAlike() throws Exception {
    var every = (Mapping) read(Files.readString(EVERY_KEY)).orElseThrow();
    var place = every.place();
    var changes = new ArrayList<Node>();
    for (var value :
        List.of(
            "zz zz", "-1", "3.5", "true", "{q: 1}", "[[1]]", "[]", "{}", "''", "7", "5s", "3MiB",
            "A=b", "always", "''")) {
      read("v: " + value)
          .map(node -> ((Mapping) node).find("v").orElseThrow())
          .ifPresent(changes::add);
    }
    int count = 0;
    int refused = 0;
    for (var path : paths(every, List.of())) {
      for (Node change : changes) {
        refused += agree(Trees.replaced(every, path, Optional.of(change))) ? 0 : 1;
        count++;
      }
      refused += agree(Trees.replaced(every, path, Optional.empty())) ? 0 : 1;
      refused +=
          agree(Trees.added(every, path, "unknwon", Scalar.of("x", Node.Kind.TEXT, place))) ? 0 : 1;
      count += 2;
    }
    assertThat(disagreements).isEmpty();
    assertThat(count).isGreaterThan(2000);
    assertThat(refused).isBetween(count / 4, count * 9 / 10);
    agreeInJavaScript();
  }

  private static List<List<String>> paths(Node node, List<String> path) {
    var all = new ArrayList<List<String>>();
    if (!path.isEmpty() && !path.getFirst().startsWith("x-")) {
      all.add(path);
    }
    switch (node) {
      case Scalar _ -> {}
      case Sequence list -> {
        for (int i = 0; i < list.items().size(); i++) {
          all.addAll(paths(list.items().get(i), with(path, "[" + i + "]")));
        }
      }
      case Mapping mapping ->
          mapping
              .entries()
              .forEach((key, entry) -> all.addAll(paths(entry.value(), with(path, key))));
    }
    return all;
  }

  private static List<String> with(List<String> path, String segment) {
    var longer = new ArrayList<>(path);
    longer.add(segment);
    return longer;
  }

  /// Remembers it when they do not agree.
  ///
  /// @return whether the loader accepts it
  private boolean agree(Node document) {
    var json = json(document);
    var refusals = SCHEMA.validate(json, InputFormat.JSON);
    judged.put(json, refusals.isEmpty());
    var problems = problems(document);
    // Values that are right each for itself and contradict each other are beyond a schema.
    // And so is what stands elsewhere: what a process extends may have its command.
    boolean beyond =
        problems.stream().anyMatch(JsonSchemaTest::isOfElsewhere)
            || (!problems.isEmpty()
                && problems.stream().allMatch(problem -> problem.message().startsWith("invalid ")));
    if (!beyond && refusals.isEmpty() != problems.isEmpty()) {
      disagreements.add(
          "%s%nthe schema says %s%nthe loader says %s"
              .formatted(json.length() > 3000 ? "" : json, refusals, problems));
    }
    return problems.isEmpty();
  }

  private static boolean isOfElsewhere(Problem problem) {
    return problem.message().startsWith("there is no template")
        || problem.message().startsWith("there is no character set")
        || (problem.path().equals("processes.web") && problem.message().equals("a key is missing"));
  }

  private static Optional<Node> read(String yaml) {
    var source = new Source("test", Path.of("/srv/shop"), yaml, Source.Lines.SHOWN);
    return YamlReader.read(source, Limits.ofDefaults(), new Problems());
  }

  /// What is wrong with a document in itself, without comparing its parts.
  private static List<Problem> problems(Node document) {
    var problems = new Problems();
    var known = Map.of("HOME", "/home/shop", "WORD", "zz", "DB_PASSWORD", "hunter22");
    var variables = new Variables(known);
    variables.define("BASE", new Variables.Value("x", false));
    variables.define("HOST", new Variables.Value("x", false));
    var interpolation = new Interpolation(variables, Limits.ofDefaults(), problems);
    var normal = ProjectKeys.PROJECT.normal(document);
    if (!(interpolation.fill(normal, KeyPath.ROOT) instanceof Mapping filled)) {
      var _ = ProjectKeys.PROJECT.bind(normal, KeyPath.ROOT, Binding.alone(problems));
      return problems.sorted();
    }
    var reader = new SourceReader(SecurityPolicy.none(), interpolation, problems, new HashSet<>());
    var folded =
        new Folding(problems, reader, Limits.ofDefaults(), interpolation::fill).fold(filled);
    var lookups = new Lookups(known, (_, _, _, _, _) -> Optional.of("A=1\n"), problems);
    var _ = ProjectKeys.PROJECT.bind(folded, KeyPath.ROOT, new Binding(problems, lookups));
    return problems.sorted();
  }

  private static String json(Node node) {
    return JsonSchema.json(plain(node));
  }

  private static @Nullable Object plain(Node node) {
    return switch (node) {
      case Scalar scalar ->
          switch (scalar.kind()) {
            case NULL, UNKNOWN -> null;
            case TEXT -> scalar.text();
            case BOOLEAN -> Boolean.valueOf(scalar.text());
            case INTEGER, DECIMAL -> new BigDecimal(scalar.text());
          };
      case Sequence list ->
          new ArrayList<>(list.items().stream().map(JsonSchemaTest::plain).toList());
      case Mapping mapping -> {
        var map = new LinkedHashMap<String, @Nullable Object>();
        mapping.entries().forEach((key, entry) -> map.put(key, plain(entry.value())));
        yield map;
      }
    };
  }
}
