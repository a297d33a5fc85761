package dev.procman.config.importer;

import dev.procman.config.importer.Foreign.Field;
import dev.procman.config.importer.Foreign.Fields;
import dev.procman.config.importer.Foreign.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads ini files as Python's ConfigParser does: `[section]`, `key = value` or `key: value`, lines
/// that begin with a blank go on with the value before them, `;` and `#` begin a comment at the
/// start of a line, and after a blank. Keys are without case.
final class IniFile {
  private static final Pattern COMMENT = Pattern.compile("\\s[;#].*$");

  private final String file;
  private final Map<String, Field> sections = new LinkedHashMap<>();
  private Map<String, Field> section = new LinkedHashMap<>();
  private boolean inSection;
  private String key = "";
  private final StringBuilder value = new StringBuilder();
  private Place keyPlace;
  private Place valuePlace;

  private IniFile(String file) {
    this.file = file;
    this.keyPlace = new Place(file, 1, 1);
    this.valuePlace = keyPlace;
  }

  /// The sections by their names, each with its keys.
  static Fields read(String file, List<String> lines) {
    var ini = new IniFile(file);
    for (int i = 0; i < lines.size(); i++) {
      ini.line(i + 1, lines.get(i));
    }
    ini.endValue();
    return new Fields(new Place(file, 1, 1), ini.sections);
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
      section(new Place(file, number, column), text.substring(1, text.length() - 1));
      return;
    }
    int separator = separator(text);
    if (separator < 1 || !inSection) {
      throw Unreadable.at(
          new Place(file, number, column),
          inSection ? "this is neither a section nor a key" : "no section has begun",
          "[section], or key = value");
    }
    key = text.substring(0, separator).strip().toLowerCase(Locale.ROOT);
    keyPlace = new Place(file, number, column);
    var rest = text.substring(separator + 1);
    int blanks = rest.length() - rest.stripLeading().length();
    valuePlace = new Place(file, number, column + separator + 1 + blanks);
    value.append(rest.strip());
  }

  private static int separator(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':');
    return equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
  }

  private void section(Place place, String name) {
    inSection = true;
    section = new LinkedHashMap<>();
    var present = sections.get(name);
    if (present != null && present.value() instanceof Fields(Place _, Map<String, Field> fields)) {
      section = fields;
      return;
    }
    var fields = new Fields(place, section);
    section = fields.fields();
    sections.put(name, new Field(place, fields));
  }

  private void endValue() {
    if (!key.isEmpty()) {
      section.put(key, new Field(keyPlace, new Scalar(valuePlace, value.toString())));
    }
    key = "";
    value.setLength(0);
  }
}
