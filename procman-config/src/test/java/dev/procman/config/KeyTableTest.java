package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// That the page for people has every key, in the words of the rules.
class KeyTableTest {
  private static final Path PAGE = Path.of("../docs/config.md");

  private static List<String> rows(ObjectRule<?> rule) {
    return rule.keys().stream()
        .map(key -> "| `" + key.name() + "` | " + key.about() + " |")
        .toList();
  }

  /// All objects that a document may hold, by their names.
  static Map<String, ObjectRule<?>> objects() {
    var found = new LinkedHashMap<String, ObjectRule<?>>();
    var open = new ArrayDeque<Rule<?>>(List.of(ProjectKeys.PROJECT));
    var seen = new HashSet<Rule<?>>();
    while (!open.isEmpty()) {
      var rule = open.removeFirst();
      if (!seen.add(rule)) {
        continue;
      }
      switch (rule) {
        case ScalarRule<?> _ -> {}
        case ObjectRule<?> object -> {
          found.putIfAbsent(object.name(), object);
          object.keys().forEach(key -> open.add(key.rule()));
        }
        case MapRule<?> map -> open.add(map.value());
        case ListRule<?> list -> {
          open.add(list.item());
          list.first().ifPresent(open::add);
        }
        case ShortRule<?> shorthand -> {
          open.add(shorthand.full());
          shorthand.shorts().forEach(each -> open.add(each.rule()));
        }
        case MappedRule<?, ?> mapped -> open.add(mapped.rule());
        case LazyRule<?> lazy -> open.add(lazy.rule().get());
      }
    }
    return found;
  }

  @Test
  void thePageHasATableOfTheKeysOfEveryObjectThatTheSchemaKnows() throws IOException {
    var lines = Files.readAllLines(PAGE);
    var missing = new ArrayList<String>();
    objects()
        .forEach((name, rule) -> {
          if (Collections.indexOfSubList(lines, rows(rule)) < 0) {
            missing.add(name + "\n" + String.join("\n", rows(rule)));
          }
        });

    assertThat(objects()).hasSizeGreaterThan(30);
    assertThat(missing).isEmpty();
  }

  /// The schema is made of the same rules: none of its keys comes from elsewhere.
  @Test
  void everyKeyOfTheSchemaIsOnThePage() throws IOException {
    var page = Files.readString(PAGE);
    var keys = new TreeSet<String>();
    var properties =
        Pattern.compile("\"([a-z_]+)\": \\{\\s*\"description\"")
            .matcher(ProcmanConfig.jsonSchema());
    while (properties.find()) {
      keys.add(properties.group(1));
    }

    assertThat(keys).hasSizeGreaterThan(150).contains("command", "backoff", "status_code");
    assertThat(keys).allSatisfy(key -> assertThat(page).contains("| `" + key + "` |"));
  }

  @Test
  void everySecurityRuleIsOnThePage() throws IOException {
    var page = Files.readString(PAGE);
    Set<String> names = new TreeSet<>(Set.of("included_files", "secret_files"));
    SecurityPolicy.strict()
        .allowPrograms(Path.of("/bin"))
        .rules()
        .forEach(rule -> names.add(rule.name()));

    assertThat(names).hasSize(11).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }
}
