import com.google.googlejavaformat.java.Formatter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/// Checks the formatting of all Java sources, or fixes it: `mvn verify -N -Dprocman.format=fix`.
final class Format {
  public static void main(String[] args) throws Exception {
    boolean fix = args.length == 1 && args[0].equals("fix");
    var wrong = new ArrayList<Path>();
    try (var files = Files.walk(Path.of(""))) {
      for (Path file : files.filter(Format::isSource).sorted().toList()) {
        String source = Files.readString(file);
        String formatted = new Formatter().formatSource(source);
        if (!formatted.equals(source)) {
          wrong.add(file);
          if (fix) {
            Files.writeString(file, formatted);
          }
        }
      }
    }
    if (!wrong.isEmpty()) {
      wrong.forEach(file -> System.err.println((fix ? "formatted " : "not formatted: ") + file));
      if (!fix) {
        System.err.println("run: mvn verify -N -Dprocman.format=fix");
        System.exit(1);
      }
    }
  }

  private static boolean isSource(Path path) {
    for (Path part : path) {
      if (part.toString().equals("target") || part.toString().startsWith(".")) {
        return false;
      }
    }
    return path.toString().endsWith(".java");
  }
}
