package dev.procman.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds what was probably meant by a word that is not known.
final class Nearest {
  private static final int LONGEST = 64;

  private Nearest() {}

  /// The known word that needs the fewest changes, if those are few for its length.
  static Optional<String> to(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String each : known) {
      int changes = changes(plain(word), plain(each));
      if (changes < least) {
        least = changes;
        best = each;
      }
    }
    int most = Math.max(1, Math.min(word.length(), best.length()) / 3);
    return least <= most ? Optional.of(best) : Optional.empty();
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "").replace(" ", "");
  }

  /// Characters to insert, remove, exchange, or swap with their neighbour.
  private static int changes(String one, String other) {
    int[] before = new int[other.length() + 1];
    int[] row = new int[other.length() + 1];
    int[] next = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      next[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int cost = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        next[j] = Math.min(Math.min(next[j - 1], row[j]) + 1, row[j - 1] + cost);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          next[j] = Math.min(next[j], before[j - 2] + 1);
        }
      }
      int[] spare = before;
      before = row;
      row = next;
      next = spare;
    }
    return row[other.length()];
  }
}
