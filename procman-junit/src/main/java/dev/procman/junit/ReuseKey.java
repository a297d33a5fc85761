package dev.procman.junit;

import dev.procman.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Names a process that may be reused: it starts with what one project's processes of that name
/// have in common.
///
/// @param family of the processes of that name and project, of which one is kept
/// @param specification hash of what it is made from
record ReuseKey(String family, String specification) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env\\.([^}]*)}");

  /// The key of a specification in the project of this directory.
  static ReuseKey of(ProcessSpec spec, String project) {
    var words = new ArrayList<String>(spec.command().argv());
    words.add("directory=" + spec.directory().orElse(""));
    var environment = spec.environment();
    words.add(environment.inherit() + " " + new TreeSet<>(environment.allowed()));
    words.add("unset=" + new TreeSet<>(environment.unset()));
    words.addAll(entries(environment.values()));
    words.addAll(entries(spec.files()));
    words.addAll(entries(spec.labels()));
    words.addAll(entries(spec.ports()));
    words.add("hooks=" + new TreeSet<>(spec.hooks().keySet()));
    spec.ready().ifPresent(probe -> words.add("ready=" + probe.check().describe()));
    // What templates take from outside.
    for (String word : List.copyOf(words)) {
      VARIABLE
          .matcher(word)
          .results()
          .forEach(found -> words.add(found.group() + "=" + System.getenv(found.group(1))));
    }
    return new ReuseKey(
        spec.name().replace('#', '_') + "-" + hash(List.of(project)) + "-", hash(words));
  }

  private static List<String> entries(Map<String, ?> map) {
    return new TreeMap<>(map)
        .entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }

  private static String hash(List<String> words) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      words.forEach(word -> {
        digest.update(word.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      });
      return HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }

  @Override
  public String toString() {
    return family + specification;
  }
}
