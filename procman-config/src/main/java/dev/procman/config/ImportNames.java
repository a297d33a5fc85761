package dev.procman.config;

import java.text.Normalizer;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Names of processes and groups as procman may have them. Elsewhere there may be blanks, colons
/// and letters of any script in them.
final class ImportNames {
  private static final int LONGEST = 100;

  private ImportNames() {}

  /// What each is called here: itself where that can be. No two get the same name.
  static Map<String, String> of(Collection<String> foreign) {
    var names = new LinkedHashMap<String, String>();
    Set<String> used = new HashSet<>();
    for (String name : foreign) {
      if (ProcessKeys.NAME.matcher(name).matches()) {
        names.put(name, name);
        used.add(name);
      }
    }
    for (String name : foreign) {
      names.computeIfAbsent(name, _ -> free(plain(name), used));
    }
    return names;
  }

  private static String plain(String name) {
    var plain =
        Normalizer.normalize(name, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .replaceAll("[^A-Za-z0-9._#-]+", "-")
            .replaceAll("^-+|-+$", "");
    var cut = plain.substring(0, Math.min(plain.length(), LONGEST - 5));
    return ProcessKeys.NAME.matcher(cut).matches() ? cut : "process";
  }

  private static String free(String name, Set<String> used) {
    var candidate = name;
    for (int i = 2; !used.add(candidate); i++) {
      candidate = name + "-" + i;
    }
    return candidate;
  }

  /// Tells of a name that could not be kept.
  static void tell(ImportFindings findings, Place place, String path, String foreign, String here) {
    if (!foreign.equals(here)) {
      findings.add(
          place,
          path,
          "named '" + here + "': names have letters without accents, digits and . _ - # only");
    }
  }
}
