package dev.procman.config;

import dev.procman.StandardInput;
import java.util.Optional;

/// What a process reads from its standard input.
final class InputKeys {
  private static final Key<StandardInput> FROM =
      Key.of(
          "from",
          Scalars.word(Ordered.pairs("pipe", StandardInput.pipe(), "none", StandardInput.none())),
          "`pipe`, which the host writes to, or `none`; default `pipe`");
  private static final Key<String> TEXT =
      Key.of("text", Scalars.TEMPLATE, "a text, and then the end").notQuoted();
  private static final Key<String> FILE =
      Key.of("file", Scalars.TEMPLATE_PATH, "a file, opened at each start");

  /// All of it.
  static final Key<StandardInput> STDIN =
      Key.of(
              "stdin",
              ShortRule.of(
                      ObjectRule.<StandardInput>of("stdin")
                          .key(FROM, InputKeys::word)
                          .key(
                              TEXT,
                              it ->
                                  it instanceof StandardInput.Text text
                                      ? Optional.of(text.text())
                                      : Optional.empty())
                          .key(
                              FILE,
                              it ->
                                  it instanceof StandardInput.File file
                                      ? Optional.of(file.path())
                                      : Optional.empty())
                          .exactlyOne(FROM, TEXT, FILE)
                          .make(InputKeys::input),
                      FROM.rule(),
                      Expand.under("from"))
                  .writtenAs("from"),
              "what it reads from its standard input: `pipe`, `none`, `{text: …}` or `{file: …}`;"
                  + " default `pipe`")
          .calledElsewhere("input", "stdin_open", "standard_input");

  private InputKeys() {}

  private static Optional<StandardInput> word(StandardInput input) {
    return input instanceof StandardInput.Pipe || input instanceof StandardInput.None
        ? Optional.of(input)
        : Optional.empty();
  }

  private static StandardInput input(Values values) {
    return values
        .find(FROM)
        .or(() -> values.find(TEXT).map(StandardInput::text))
        .orElseGet(() -> StandardInput.file(values.get(FILE)));
  }
}
