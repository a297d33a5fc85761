package dev.procman.config;

import dev.procman.config.Node.Mapping;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/// What was read below the keys of an object. Not thread-safe.
final class Values {
  private final Mapping node;
  private final KeyPath path;
  private final Binding binding;
  private final Map<String, Object> bound = new HashMap<>();
  private boolean incomplete;

  Values(Mapping node, KeyPath path, Binding binding) {
    this.node = node;
    this.path = path;
    this.binding = binding;
  }

  void put(Key<?> key, Object value) {
    bound.put(key.name(), value);
  }

  /// A value could not be read.
  void incomplete() {
    incomplete = true;
  }

  boolean isIncomplete() {
    return incomplete;
  }

  @SuppressWarnings("unchecked") // put() is given what the key's own rule has made
  <V> Optional<V> find(Key<V> key) {
    return Optional.ofNullable((V) bound.get(key.name()));
  }

  <V> V get(Key<V> key) {
    return find(key).orElseThrow(() -> new NoSuchElementException(key.name()));
  }

  <V> V or(Key<V> key, V otherwise) {
    return find(key).orElse(otherwise);
  }

  /// Where a key's value is written, or else the object.
  Place place(Key<?> key) {
    return node.find(key.name()).map(Node::place).orElse(node.place());
  }

  Mapping node() {
    return node;
  }

  KeyPath path() {
    return path;
  }

  Binding binding() {
    return binding;
  }
}
