package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads ini files as Python's ConfigParser does: `[section]`, `key = value` or `key: value`, lines
/// that are indented more than their key go on with its value, `;` and `#` begin a comment at the
/// start of a line, and after a blank. Keys are without case. A section may be there several times.
final class IniFile {
  private static final Pattern COMMENT = Pattern.compile("\\s[;#].*$");

  private final Source source;
  private final ImportFindings findings;
  private final Map<String, Section> sections = new LinkedHashMap<>();
  private Optional<Section> section = Optional.empty();
  private String key = "";
  private final StringBuilder value = new StringBuilder();
  private int indent;
  private Place keyPlace;
  private Place valuePlace;

  /// A section in the making.
  private record Section(String name, Place place, Map<String, Entry> keys) {}

  private IniFile(Source source, ImportFindings findings) {
    this.source = source;
    this.findings = findings;
    this.keyPlace = source.start();
    this.valuePlace = keyPlace;
  }

  /// The sections by their names, each with its keys.
  static Mapping read(Source source, ImportFindings findings) {
    var ini = new IniFile(source, findings);
    var lines = source.text().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      ini.line(i + 1, lines.get(i));
    }
    ini.endValue();
    var entries = new LinkedHashMap<String, Entry>();
    ini.sections.forEach((name, section) ->
        entries.put(name, new Entry(section.place(), Mapping.of(section.keys(), section.place()))));
    return Mapping.of(entries, source.start());
  }

  /// One file on top of another: keys of the same section are put together, and the last counts.
  static Mapping merged(Mapping below, Mapping above, ImportFindings findings) {
    var all = new LinkedHashMap<>(below.entries());
    above
        .entries()
        .forEach((name, entry) -> {
          if (all.get(name) instanceof Entry(Place place, Node under)
              && under instanceof Mapping first
              && entry.value() instanceof Mapping second) {
            var keys = new LinkedHashMap<>(first.entries());
            second
                .entries()
                .forEach((key, own) -> {
                  var before = keys.put(key, own);
                  if (before != null) {
                    tellTwice(before, name, key, findings);
                  }
                });
            all.put(name, new Entry(place, first.with(keys)));
          } else {
            all.put(name, entry);
          }
        });
    return below.with(all);
  }

  private static void tellTwice(Entry before, String section, String key, ImportFindings findings) {
    findings.add(
        before.keyPlace(),
        section + "." + key,
        "left out: the key is there again further down, and the last counts");
  }

  private void line(int number, String raw) {
    var line = COMMENT.matcher(raw).replaceFirst("").stripTrailing();
    var text = line.strip();
    if (text.isEmpty() || text.startsWith(";") || text.startsWith("#")) {
      return;
    }
    int column = line.indexOf(text) + 1;
    if (!key.isEmpty() && column > indent) {
      value.append('\n').append(text);
      return;
    }
    endValue();
    indent = column;
    if (text.startsWith("[") && text.indexOf(']') > 0) {
      section(source.at(number, column), text.substring(1, text.lastIndexOf(']')));
      return;
    }
    int separator = separator(text);
    if (separator < 1 || section.isEmpty()) {
      throw Problems.only(
          source.at(number, column),
          section.isPresent() ? "this is neither a section nor a key" : "no section has begun",
          "[section], or key = value");
    }
    key = text.substring(0, separator).strip().toLowerCase(Locale.ROOT);
    keyPlace = source.at(number, column);
    var rest = text.substring(separator + 1);
    int blanks = rest.length() - rest.stripLeading().length();
    valuePlace = source.at(number, column + separator + 1 + blanks);
    value.append(rest.strip());
  }

  private static int separator(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':');
    return equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
  }

  private void section(Place place, String name) {
    section =
        Optional.of(
            sections.computeIfAbsent(name, _ -> new Section(name, place, new LinkedHashMap<>())));
  }

  private void endValue() {
    if (section.isPresent() && !key.isEmpty()) {
      var it = section.get();
      var entry = new Entry(keyPlace, Scalar.of(value.toString(), Node.Kind.TEXT, valuePlace));
      var before = it.keys().put(key, entry);
      if (before != null) {
        tellTwice(before, it.name(), key, findings);
      }
    }
    key = "";
    value.setLength(0);
  }
}
