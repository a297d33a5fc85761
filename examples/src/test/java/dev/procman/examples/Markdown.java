package dev.procman.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The project's pages, their blocks and links.
final class Markdown {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path README = ROOT.resolve("README.md");

  private static final String FENCE = "```";
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  private Markdown() {}

  /// A fenced block.
  ///
  /// @param page where it stands
  /// @param line the line it begins at
  /// @param kind the word after the fence
  /// @param text what is between the fences
  record Block(Path page, int line, String kind, String text) {
    @Override
    public String toString() {
      return ROOT.relativize(page) + ":" + line + " (" + kind + ")";
    }
  }

  static List<Path> pages() throws IOException {
    var pages = new ArrayList<Path>();
    for (var folder : List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("docs/decisions"))) {
      try (var files = Files.list(folder)) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
      }
    }
    return pages;
  }

  static List<Block> blocks(Path page) throws IOException {
    var blocks = new ArrayList<Block>();
    var text = new StringBuilder();
    String kind = null;
    int start = 0;
    int number = 0;
    for (String line : Files.readAllLines(page)) {
      number++;
      if (kind == null && line.strip().startsWith(FENCE)) {
        kind = line.strip().substring(FENCE.length());
        start = number;
        text.setLength(0);
      } else if (kind != null && line.strip().equals(FENCE)) {
        blocks.add(new Block(page, start, kind, text.toString()));
        kind = null;
      } else if (kind != null) {
        text.append(line).append('\n');
      }
    }
    if (kind != null) {
      throw new IllegalStateException(page + ":" + start + " is not closed");
    }
    return blocks;
  }

  /// The block of the README that begins with these words.
  static Block readmeBlock(String kind, String firstWords) throws IOException {
    return blocks(README).stream()
        .filter(block -> block.kind().equals(kind) && block.text().startsWith(firstWords))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no block begins with: " + firstWords));
  }

  /// Targets of links to files of this project, outside of blocks.
  static List<Path> linkedFiles(Path page) throws IOException {
    var files = new ArrayList<Path>();
    for (String line : Files.readAllLines(page)) {
      var links = LINK.matcher(line);
      while (links.find()) {
        String target = links.group(1).replaceFirst("#.*", "");
        if (!target.isEmpty() && !target.contains("://")) {
          files.add(page.resolveSibling(target).normalize());
        }
      }
    }
    return files;
  }
}
