package dev.procman.config;

import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads files and what they include, within the limits and rules of a policy. Not thread-safe.
final class SourceReader {
  private static final String MERGE_KEY = "<<";

  private final SecurityPolicy policy;
  private final Problems problems;
  private final Interpolation interpolation;
  private final Set<Path> roots = new LinkedHashSet<>();
  private final Set<Path> files;
  private final Map<Path, Mapping> extended = new HashMap<>();
  private final Deque<Path> open = new ArrayDeque<>();
  private int others;
  private boolean broken;

  /// @param files gets every file that is looked for, whether it is there or not
  SourceReader(
      SecurityPolicy policy, Interpolation interpolation, Problems problems, Set<Path> files) {
    this.files = files;
    this.policy = policy;
    this.interpolation = interpolation;
    this.problems = problems;
    policy.directories().forEach(this::allow);
  }

  /// Whether a source could not be read, so that much of what is missing may be in there.
  boolean isBroken() {
    return broken;
  }

  /// Files below this directory may be included.
  void allow(Path directory) {
    roots.add(directory.toAbsolutePath().normalize());
  }

  /// A file that the host named, with what it includes beneath it.
  Mapping file(Path file) {
    var path = file.toAbsolutePath().normalize();
    var directory = path.getParent();
    if (directory != null) {
      allow(directory);
    }
    var place = new Source(path.toString(), path, "", Source.Lines.NONE).start();
    return read(path, place, KeyPath.ROOT, Kind.NAMED);
  }

  /// A text that the host gave.
  Mapping text(Source source) {
    allow(source.directory());
    return parsed(source);
  }

  private Mapping read(Path path, Place asked, KeyPath at, Kind kind) {
    if (open.contains(path)) {
      problems.add(
          asked,
          at,
          path.toString(),
          "it includes itself: " + open.reversed() + " and then " + path,
          "no way back",
          Optional.empty());
      return empty(asked);
    }
    var text = bytes(path, asked, at, true, kind);
    if (text.isEmpty()) {
      broken = true;
      return empty(asked);
    }
    var parent = path.getParent();
    open.push(path);
    try {
      return parsed(
          new Source(
              path.toString(), parent == null ? path : parent, text.get(), Source.Lines.SHOWN));
    } finally {
      open.pop();
    }
  }

  private static Mapping empty(Place place) {
    return Mapping.of(new LinkedHashMap<>(), place);
  }

  private Mapping parsed(Source source) {
    int before = problems.count();
    var root = YamlReader.read(source, policy.limits(), problems);
    if (root.isEmpty()) {
      broken |= problems.count() > before;
      return empty(source.start());
    }
    if (!(ProjectKeys.PROJECT.normal(root.get()) instanceof Mapping own)) {
      problems.add(
          root.get().place(),
          KeyPath.ROOT,
          "this is " + root.get().kindWords(),
          ProjectKeys.PROJECT.words());
      broken = true;
      return empty(source.start());
    }
    refuseMergeKeys(own);
    return onTopOfIncluded(own);
  }

  /// What they stand for would be missing, and that is not to be told besides.
  private void refuseMergeKeys(Node node) {
    switch (node) {
      case Scalar _ -> {}
      case Sequence list -> list.items().forEach(this::refuseMergeKeys);
      case Mapping mapping ->
          mapping
              .entries()
              .forEach((key, entry) -> {
                if (key.equals(MERGE_KEY) && !(entry.value() instanceof Scalar)) {
                  broken = true;
                  problems.add(
                      entry.keyPlace(),
                      KeyPath.ROOT,
                      MERGE_KEY,
                      "'<<' merges in YAML 1.1, and this is YAML 1.2",
                      "'extends: …' in a process, with what is merged under 'templates'; 'defaults'"
                          + " for all processes",
                      Optional.empty());
                }
                refuseMergeKeys(entry.value());
              });
    }
  }

  private Mapping onTopOfIncluded(Mapping own) {
    var include = own.find(ProjectKeys.INCLUDE.name());
    if (include.isEmpty() || !(include.get() instanceof Sequence list)) {
      return own;
    }
    Node merged = empty(own.place());
    for (int i = 0; i < list.items().size(); i++) {
      var at = KeyPath.of(ProjectKeys.INCLUDE.name()).item(i);
      if (list.items().get(i) instanceof Scalar scalar && !scalar.isNull()) {
        var path = path(interpolation.fill(scalar, at), at);
        if (path.isPresent()) {
          var read = read(path.get(), scalar.place(), at, Kind.INCLUDED);
          merged = ProjectKeys.PROJECT.merge(merged, read.without(ProjectKeys.INCLUDE.name()));
        }
      }
    }
    return (Mapping) ProjectKeys.PROJECT.merge(merged, own);
  }

  private Optional<Path> path(Scalar scalar, KeyPath at) {
    return Scalars.PATH.bind(scalar, at, Binding.alone(problems)).map(Path::of);
  }

  /// A file that processes of it are extended from; read once. Nothing when it cannot be read: then
  /// that is told to each who extends something of it, and not what is missing in it.
  Optional<Mapping> extended(Path file, Place asked, KeyPath at) {
    var known = extended.get(file);
    if (known != null) {
      return Optional.of(known);
    }
    int before = problems.count();
    var read = read(file, asked, at, Kind.INCLUDED);
    if (problems.count() > before) {
      return Optional.empty();
    }
    extended.put(file, read);
    return Optional.of(read);
  }

  /// What a file is that a configuration refers to, which says where it may lie.
  enum Kind {
    /// Named by the host: anywhere.
    NAMED(Optional.empty()),
    /// Of configuration or variables.
    INCLUDED(Optional.of(SecurityPolicy.INCLUDED_FILES)),
    /// A secret.
    SECRET(Optional.of(SecurityPolicy.SECRET_FILES));

    /// The rule that confines it, where the policy has it.
    final Optional<String> rule;

    Kind(Optional<String> rule) {
      this.rule = rule;
    }
  }

  /// The text of a file that a configuration refers to: of variables, or a secret.
  Optional<String> referred(Path file, Place asked, KeyPath at, boolean required, Kind kind) {
    return bytes(file, asked, at, required, kind);
  }

  private Optional<String> bytes(Path path, Place asked, KeyPath at, boolean required, Kind kind) {
    if (kind == Kind.INCLUDED && ++others > policy.limits().files()) {
      problem(asked, at, path, "more than " + policy.limits().files() + " files are read", "fewer");
      return Optional.empty();
    }
    files.add(path);
    checkPermissions(path, asked, at);
    var rule = kind.rule.filter(policy::has);
    try {
      int most = policy.limits().bytes();
      return Optional.of(
          rule.isPresent()
              ? FileText.readBelow(directories(kind), path, most)
              : FileText.read(path, most));
    } catch (ConfinedFile.Outside outside) {
      violation(
          asked,
          at,
          rule.orElseThrow(),
          String.valueOf(outside.getMessage()),
          "use a file below "
              + directories(kind)
              + ", or have the host allow it: "
              + (kind == Kind.SECRET ? "allowSecretsFrom(...)" : "allowIncludesFrom(...)"));
    } catch (NoSuchFileException missing) {
      if (required) {
        problem(asked, at, path, "there is no file '" + path + "'", "one that is there");
      }
    } catch (Unfit unfit) {
      problem(asked, at, path, unfit.problem(), unfit.expected());
    }
    return Optional.empty();
  }

  private Set<Path> directories(Kind kind) {
    if (kind != Kind.SECRET) {
      return roots;
    }
    var all = new LinkedHashSet<>(roots);
    all.addAll(policy.secretDirectories());
    return all;
  }

  private void problem(Place asked, KeyPath at, Path path, String message, String expected) {
    problems.add(asked, at, path.toString(), message, expected, Optional.empty());
  }

  private void checkPermissions(Path path, Place asked, KeyPath at) {
    if (policy.has(SecurityPolicy.WRITABLE_BY_ALL)) {
      FileSafety.openToAll(path)
          .ifPresent(why ->
              violation(
                  asked,
                  at,
                  SecurityPolicy.WRITABLE_BY_ALL,
                  why,
                  "take the right to write from others: chmod o-w"));
    }
  }

  private void violation(Place place, KeyPath at, String rule, String what, String remedy) {
    problems.add(
        place, at, "the security rule '" + rule + "': " + what + "; remedy: " + remedy, "");
  }
}
