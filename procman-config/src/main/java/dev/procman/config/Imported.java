package dev.procman.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a foreign file became: a document in procman's own words, and what it has no words for.
///
/// @param document the document, as maps, lists and scalars
/// @param findings what could not be carried over, in the order of the file
public record Imported(Map<String, Object> document, List<ImportFinding> findings) {
  /// Copies the parts.
  public Imported {
    document = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(document));
    findings = List.copyOf(findings);
  }

  static Imported of(
      Optional<String> name,
      Map<String, ImportTree> processes,
      Map<String, List<String>> groups,
      Map<String, Object> extensions,
      ImportFindings findings) {
    var document = new ImportTree();
    name.ifPresent(known -> document.put("name", known));
    groups.forEach((group, members) -> document.at("groups").put(group, members));
    var all = document.at("processes");
    processes.forEach(all::put);
    extensions.forEach(document::put);
    return new Imported(document.toMap(), findings.sorted());
  }

  /// The document as YAML: a file for [ProcmanConfig], to be kept beside the one that it came from,
  /// since relative paths in it start there.
  public String yaml() {
    return YamlWriter.write(document);
  }

  /// Names of the processes only: the rest may hold secrets.
  @Override
  public String toString() {
    var processes = document.get("processes") instanceof Map<?, ?> map ? map.keySet() : List.of();
    return "Imported[processes=" + processes + ", findings=" + findings + "]";
  }
}
