package dev.procman.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of gitignore(5), a row for each.
class GitIgnoreTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        // pattern, path, directory, ignored
        "foo, foo, false, true",
        "foo, a/foo, false, true",
        "foo, foo, true, true",
        "foo, foobar, false, false",
        "/foo, foo, false, true",
        "/foo, a/foo, false, false",
        "foo/, foo, true, true",
        "foo/, foo, false, false",
        "foo/, a/foo, true, true",
        "doc/frotz, doc/frotz, false, true",
        "doc/frotz, a/doc/frotz, false, false",
        "/doc/frotz, doc/frotz, false, true",
        "doc/frotz/, doc/frotz, true, true",
        "doc/frotz/, a/doc/frotz, true, false",
        "*.class, A.class, false, true",
        "*.class, a/b/A.class, false, true",
        "foo/*, foo/test.json, false, true",
        "foo/*, foo/bar/hello.c, false, false",
        "f?o, fao, false, true",
        "f?o, f/o, false, false",
        "[a-c]x, bx, false, true",
        "[!a-c]x, bx, false, false",
        "[!a-c]x, dx, false, true",
        "[^a-c]x, dx, false, true",
        "a[!b]c, a/c, false, false",
        "[]-]x, ]x, false, true",
        "[]-]x, -x, false, true",
        "[[:digit:]]x, 7x, false, true",
        "[[:digit:]]x, ax, false, false",
        "[[:xdigit:]_]x, fx, false, true",
        "[ab, [ab, false, true",
        "**/foo, foo, false, true",
        "**/foo, a/b/foo, false, true",
        "**/foo/bar, a/foo/bar, false, true",
        "abc/**, abc/x/y, false, true",
        "abc/**, abc, true, false",
        "a/**/b, a/b, false, true",
        "a/**/b, a/x/b, false, true",
        "a/**/b, a/x/y/b, false, true",
        "a/**/b, ab, false, false",
        "a**b, axxb, false, true",
        "a**/b, ax/b, false, true",
        "a**/b, ax/y/b, false, false",
        "\\#foo, #foo, false, true",
        "\\!foo, !foo, false, true",
        "#foo, #foo, false, false",
        "\"foo  \", foo, false, true",
        "\"foo\\ \", \"foo \", false, true",
        "{a;b}, {a;b}, false, true",
        "a.c, abc, false, false",
        "a+(c), a+(c), false, true",
        "\\, \\, false, false",
      })
  void aPatternMatches(String pattern, String path, boolean directory, boolean ignored) {
    assertThat(GitIgnore.parse(pattern).verdict(path, directory).orElse(false)).isEqualTo(ignored);
  }

  @Test
  void theLastPatternThatMatchesDecides() {
    var rules = GitIgnore.parse("# objects\n*.o\n\n!keep.o\n/sub/keep.o\n");
    assertThat(rules.verdict("a.o", false)).contains(true);
    assertThat(rules.verdict("x/keep.o", false)).contains(false);
    assertThat(rules.verdict("sub/keep.o", false)).contains(true);
    assertThat(rules.verdict("a.c", false)).isEqualTo(Optional.empty());
  }

  @Test
  void namesOfSeveralLinesAreOneName() {
    assertThat(GitIgnore.parse("*.tmp").verdict("a\nb.tmp", false)).contains(true);
  }
}
