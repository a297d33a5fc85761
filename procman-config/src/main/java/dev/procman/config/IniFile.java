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
/// that begin with a blank go on with the value before them, `;` and `#` begin a comment at the
/// start of a line, and after a blank. Keys are without case.
final class IniFile {
  private static final Pattern COMMENT = Pattern.compile("\\s[;#].*$");

  private final Source source;
  private final Map<String, Section> sections = new LinkedHashMap<>();
  private Optional<Section> section = Optional.empty();
  private String key = "";
  private final StringBuilder value = new StringBuilder();
  private Place keyPlace;
  private Place valuePlace;

  /// A section in the making.
  private record Section(Place place, Map<String, Entry> keys) {}

  private IniFile(Source source) {
    this.source = source;
    this.keyPlace = source.start();
    this.valuePlace = keyPlace;
  }

  /// The sections by their names, each with its keys.
  static Mapping read(Source source) {
    var ini = new IniFile(source);
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

  private void line(int number, String raw) {
    var line = COMMENT.matcher(raw).replaceFirst("").stripTrailing();
    boolean indented = !line.isEmpty() && Character.isWhitespace(line.charAt(0));
    var text = line.strip();
    if (text.isEmpty() || text.startsWith(";") || text.startsWith("#")) {
      return;
    }
    if (indented && !key.isEmpty()) {
      value.append('\n').append(text);
      return;
    }
    endValue();
    int column = line.indexOf(text) + 1;
    if (text.startsWith("[") && text.endsWith("]")) {
      section(source.at(number, column), text.substring(1, text.length() - 1));
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
        Optional.of(sections.computeIfAbsent(name, _ -> new Section(place, new LinkedHashMap<>())));
  }

  private void endValue() {
    section
        .filter(_ -> !key.isEmpty())
        .ifPresent(it ->
            it.keys()
                .put(
                    key,
                    new Entry(keyPlace, Scalar.of(value.toString(), Node.Kind.TEXT, valuePlace))));
    key = "";
    value.setLength(0);
  }
}
