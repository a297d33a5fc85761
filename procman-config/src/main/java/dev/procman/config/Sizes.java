package dev.procman.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Amounts of bytes as texts: `512MiB`, `4096`.
///
/// `MB` is no unit here: it means 1000² bytes to some and 1024² to others.
final class Sizes {
  static final String PATTERN = "[0-9]{1,15}(?:B|KiB|MiB|GiB|TiB)?";
  static final String WORDS = "a size such as 512MiB, in B, KiB, MiB, GiB or TiB";
  private static final Pattern WHOLE = Pattern.compile("([0-9]{1,15})(B|KiB|MiB|GiB|TiB)?");
  private static final Pattern OTHER =
      Pattern.compile("([0-9]{1,15})\\s*([kmgt])(?:i?b)?", Pattern.CASE_INSENSITIVE);
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Sizes() {}

  static long parse(String text) throws Unfit {
    Matcher parts = WHOLE.matcher(text);
    if (!parts.matches()) {
      throw new Unfit("'" + Problems.cut(text) + "' is no size", WORDS, near(text));
    }
    String unit = parts.group(2) == null ? "B" : parts.group(2);
    long amount = Long.parseLong(parts.group(1));
    for (String each : UNITS) {
      if (each.equals(unit)) {
        break;
      }
      amount = amount > Long.MAX_VALUE / 1024 ? Long.MAX_VALUE : amount * 1024;
    }
    if (amount == Long.MAX_VALUE) {
      throw new Unfit("'" + Problems.cut(text) + "' is too large", "less than 8 EiB");
    }
    return amount;
  }

  private static String near(String text) {
    var other = OTHER.matcher(text.strip());
    return other.matches()
        ? other.group(1) + other.group(2).toUpperCase(java.util.Locale.ROOT) + "iB"
        : "";
  }

  /// In the largest unit that has no fraction.
  static String write(long bytes) {
    long amount = bytes;
    int unit = 0;
    while (amount != 0 && amount % 1024 == 0 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return amount + UNITS[unit];
  }
}
