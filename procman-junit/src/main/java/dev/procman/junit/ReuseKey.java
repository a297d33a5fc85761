package dev.procman.junit;

import dev.procman.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
    var words = new StringBuilder(SpecWords.of(spec));
    // What templates take from outside.
    VARIABLE
        .matcher(words.toString())
        .results()
        .map(found -> found.group() + "=" + System.getenv(found.group(1)))
        .distinct()
        .forEach(value -> words.append('\n').append(value));
    return new ReuseKey(
        spec.name().replace('#', '_') + "-" + hash(project) + "-", hash(words.toString()));
  }

  private static String hash(String words) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(words.getBytes(StandardCharsets.UTF_8)), 0, 12);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }

  @Override
  public String toString() {
    return family + specification;
  }
}
