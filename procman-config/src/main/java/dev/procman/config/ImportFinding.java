package dev.procman.config;

/// Something of a file that procman has no word for, or another meaning.
///
/// @param file the file
/// @param line the line, from 1
/// @param column the column, from 1
/// @param key the key as the file has it, from its root, such as `processes.web.is_tty`
/// @param instead what was done instead
public record ImportFinding(String file, int line, int column, String key, String instead) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + key + ": " + instead;
  }
}
