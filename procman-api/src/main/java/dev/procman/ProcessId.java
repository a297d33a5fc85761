package dev.procman;

/// One generation of one managed process.
///
/// @param name the managed process's name
/// @param generation counts spawns from 1
public record ProcessId(String name, long generation) {
  @Override
  public String toString() {
    return name + "#" + generation;
  }
}
