package dev.procman.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/// What is wrong with a text that is no YAML, in words of our own: where it began, and what to do.
/// The parser's words are not used, since they quote what it stumbled over, which may be a part of
/// a password.
///
/// @param mark where it began
/// @param message what is wrong
/// @param expected the remedy
record YamlTrouble(Optional<Mark> mark, String message, String expected) {
  private static final String QUOTES =
      "quotes around the value, such as 'a value with special characters'";

  /// A quote that was closed by another one, in a later line.
  ///
  /// @param line where, from 1
  static YamlTrouble unclosedQuote(Optional<Mark> began, int line) {
    return new YamlTrouble(
        began,
        "the quote that begins here ends in line " + line + " only, where more follows it",
        "the same quote at the end of the value");
  }

  static YamlTrouble of(MarkedYamlEngineException wrong) {
    var problem = String.valueOf(wrong.getProblem());
    var context = String.valueOf(wrong.getContext());
    var at = wrong.getProblemMark().or(wrong::getContextMark);
    var began = wrong.getContextMark().or(wrong::getProblemMark);
    var since = began.map(mark -> "line " + (mark.getLine() + 1)).orElse("before");
    if (problem.contains("TAB")) {
      return new YamlTrouble(at, "there is a tab in the indentation", "spaces");
    }
    if (context.startsWith("while scanning a quoted scalar")) {
      return new YamlTrouble(
          began, "the quote that begins here is not closed", "the same quote at the end");
    }
    if (context.startsWith("while scanning a double-quoted scalar")) {
      return new YamlTrouble(
          at,
          "a backslash in double quotes begins an escape, and this is none",
          "two backslashes, or single quotes");
    }
    if (problem.startsWith("expected the node content")) {
      return new YamlTrouble(
          at,
          "a value is missing here, or a '[' or '{' before it is not closed",
          "a value, ']' or '}'");
    }
    if (context.startsWith("while parsing a flow")) {
      boolean list = context.contains("sequence");
      return new YamlTrouble(
          began,
          (list ? "the '[' here is" : "the '{' here is")
              + " not closed, or a comma is missing"
              + at.map(mark -> " before line " + (mark.getLine() + 1)).orElse(""),
          list ? "']', or ',' between items" : "'}', or ',' between keys");
    }
    if (context.startsWith("while scanning a simple key")) {
      return new YamlTrouble(
          began, "here is neither a key with ': ' nor the end of a value", "key: value");
    }
    if (context.startsWith("while parsing a block")) {
      boolean list = context.contains("sequence") || context.contains("collection");
      return new YamlTrouble(
          at,
          "this does not belong to the "
              + (list ? "list" : "keys")
              + " that began in "
              + since
              + ": it is indented otherwise, or a quote or bracket before it is wrong",
          "as many spaces as in " + since);
    }
    if (problem.contains("mapping values are not allowed")) {
      return new YamlTrouble(
          at,
          "a ':' after a value: a key can only begin a line",
          "quotes around a value that holds ': ', or another indentation");
    }
    if (problem.contains("are not allowed here")) {
      return new YamlTrouble(
          at, "an item or key cannot begin here", "a line of its own, indented below its key");
    }
    if (context.startsWith("while scanning for the next token")) {
      return new YamlTrouble(at, "no value can begin with this character", QUOTES);
    }
    if (context.startsWith("while scanning an a") || context.startsWith("while scanning a a")) {
      return new YamlTrouble(
          began, "what begins with '*' or '&' is an alias or an anchor, and this is none", QUOTES);
    }
    if (context.startsWith("while scanning a tag") || problem.contains("tag handle")) {
      return new YamlTrouble(began, "what begins with '!' is a tag, and this is none", QUOTES);
    }
    if (context.startsWith("while scanning a block scalar")) {
      return new YamlTrouble(
          at, "after '|' or '>' a line must end", "the text in the lines below, or quotes");
    }
    if (context.contains("directive")) {
      return new YamlTrouble(at, "what begins with '%' is a directive, and this is none", QUOTES);
    }
    return new YamlTrouble(
        at, "this is no YAML", "keys, values and lists, indented by spaces; " + QUOTES);
  }
}
