package dev.procman.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Parts of this module's sources that pages show: from `// region NAME` to `// endregion`.
final class Regions {
  private Regions() {}

  /// A part of a source file.
  ///
  /// @param name its name
  /// @param code its text, each run of white space as one blank
  record Region(String name, String code) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Region> all() throws IOException {
    var regions = new ArrayList<Region>();
    try (var files = Files.walk(Path.of("src"))) {
      for (var file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
        addFrom(file, regions);
      }
    }
    return regions;
  }

  private static void addFrom(Path file, List<Region> regions) throws IOException {
    String name = null;
    var code = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      String words = line.strip();
      if (words.startsWith("// region ")) {
        name = words.substring("// region ".length());
        code.setLength(0);
      } else if (words.equals("// endregion")) {
        regions.add(new Region(name, normalized(code.toString())));
        name = null;
      } else if (name != null) {
        code.append(line).append('\n');
      }
    }
    if (name != null) {
      throw new IllegalStateException("region " + name + " of " + file + " has no end");
    }
  }

  static String normalized(String code) {
    return code.strip().replaceAll("\\s+", " ");
  }
}
