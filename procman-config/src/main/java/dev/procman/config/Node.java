package dev.procman.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// A value as it was written, before anyone says what it shall be. Immutable; a value that an alias
/// stands for is shared.
sealed interface Node {
  /// Where it is written.
  Place place();

  /// What stood here before this took its place.
  Optional<Node> replaced();

  /// This in place of another.
  Node replacing(Node other);

  /// What it is, for messages.
  String kindWords();

  /// Another behind what was replaced already.
  private static Optional<Node> before(Optional<Node> replaced, Node other) {
    return Optional.of(replaced.map(node -> node.replacing(other)).orElse(other));
  }

  /// What a scalar looks like; the core schema of YAML 1.2.
  enum Kind {
    TEXT("text"),
    INTEGER("a number"),
    DECIMAL("a decimal number"),
    BOOLEAN("true or false"),
    NULL("nothing"),
    /// A variable in it could not be filled in, which was told.
    UNKNOWN("not known");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /// A single value.
  ///
  /// @param text as written; once interpolated, a run-time template in which `$$` is a `$`
  /// @param kind what it looks like
  /// @param secret whether it must not be shown
  /// @param place where it is
  /// @param replaced what stood here before
  record Scalar(String text, Kind kind, boolean secret, Place place, Optional<Node> replaced)
      implements Node {
    static Scalar of(String text, Kind kind, Place place) {
      return new Scalar(text, kind, false, place, Optional.empty());
    }

    boolean isNull() {
      return kind == Kind.NULL;
    }

    /// Whether it is not known what it would be, since a variable could not be filled in. That was
    /// told, and that it does not fit is no news.
    boolean isUnknown() {
      return kind == Kind.UNKNOWN;
    }

    @Override
    public Scalar replacing(Node other) {
      return new Scalar(text, kind, secret, place, before(replaced, other));
    }

    Scalar with(String text, Kind kind, boolean secret) {
      return new Scalar(text, kind, secret, place, replaced);
    }

    @Override
    public String kindWords() {
      return kind.words;
    }
  }

  /// A list.
  ///
  /// @param items its items
  /// @param place where it is
  /// @param replaced what stood here before
  record Sequence(List<Node> items, Place place, Optional<Node> replaced) implements Node {
    @Override
    public Sequence replacing(Node other) {
      return new Sequence(items, place, before(replaced, other));
    }

    @Override
    public String kindWords() {
      return "a list";
    }
  }

  /// Keys with values.
  ///
  /// @param entries in the order written; never changed
  /// @param place where it is
  /// @param replaced what stood here before
  record Mapping(Map<String, Entry> entries, Place place, Optional<Node> replaced) implements Node {

    static Mapping of(Map<String, Entry> entries, Place place) {
      return new Mapping(entries, place, Optional.empty());
    }

    static Mapping single(String key, Node value, Place place) {
      var entries = new LinkedHashMap<String, Entry>();
      entries.put(key, new Entry(place, value));
      return of(entries, place);
    }

    Optional<Node> find(String key) {
      return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /// Where a key is written, or else where this is.
    Place keyPlace(String key) {
      return Optional.ofNullable(entries.get(key)).map(Entry::keyPlace).orElse(place);
    }

    Mapping with(Map<String, Entry> others) {
      return new Mapping(others, place, replaced);
    }

    /// With what is made of each value, by its key.
    Mapping each(BiFunction<String, Node, Node> change) {
      var changed = new LinkedHashMap<String, Entry>();
      entries.forEach((key, entry) ->
          changed.put(key, new Entry(entry.keyPlace(), change.apply(key, entry.value()))));
      return with(changed);
    }

    Mapping without(String key) {
      var fewer = new LinkedHashMap<>(entries);
      fewer.remove(key);
      return with(fewer);
    }

    Mapping with(String key, Node value) {
      var more = new LinkedHashMap<>(entries);
      more.put(key, new Entry(value.place(), value));
      return with(more);
    }

    @Override
    public Mapping replacing(Node other) {
      return new Mapping(entries, place, before(replaced, other));
    }

    @Override
    public String kindWords() {
      return "keys with values";
    }
  }

  /// A value below a key.
  ///
  /// @param keyPlace where the key is written
  /// @param value the value
  record Entry(Place keyPlace, Node value) {}
}
