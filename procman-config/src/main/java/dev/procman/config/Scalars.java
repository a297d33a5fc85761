package dev.procman.config;

import dev.procman.config.Node.Kind;
import dev.procman.config.Node.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The kinds of single values.
final class Scalars {
  /// What counts as blank, as part of a character class of regular expressions: the characters that
  /// [Character#isWhitespace(int)] accepts. What Java and JavaScript call `\s` is not the same.
  private static final String BLANK =
      "\\t-\\r\\x1c-\\x20\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000";

  /// Text that is not blank and can be passed to the operating system. Like all patterns that are
  /// part of the JSON Schema, it means the same in Java and in JavaScript (ECMA-262 with `u`).
  static final String SOME = "[^\\x00]*[^\\x00" + BLANK + "][^\\x00]*";

  static final Map<String, Object> ANY_TEXT = like("^[^\\x00]*$");

  /// Text, also such as looks like a number.
  static final ScalarRule<String> TEXT = any("text", false);

  /// Text in which run-time templates are filled in.
  static final ScalarRule<String> TEMPLATE = any("text", true);

  /// Text that is not blank in which run-time templates are filled in.
  static final ScalarRule<String> SOME_TEMPLATE = some("text that is not blank", true);

  /// Text that is not blank.
  static final ScalarRule<String> SOME_TEXT = some("text that is not blank", false);

  /// A path of the host, made absolute.
  static final ScalarRule<String> PATH =
      new ScalarRule<>(
          "a path",
          false,
          (text, scalar) -> absolute(text, scalar.place()),
          path -> path,
          notBlank());

  /// A path of the host, made absolute unless it begins with a template.
  static final ScalarRule<String> TEMPLATE_PATH =
      new ScalarRule<>(
          "a path",
          true,
          (text, scalar) ->
              Template.firstIn(text) == 0
                  ? withoutNul(text)
                  : Template.firstIn(text) > 0
                      ? absoluteTemplate(text, scalar.place())
                      : Template.escape(absolute(Template.unescape(text), scalar.place())),
          path -> path,
          notBlank());

  static final ScalarRule<Boolean> BOOLEAN =
      new ScalarRule<>(
          "true or false",
          false,
          (text, scalar) -> {
            if (scalar.kind() != Kind.BOOLEAN) {
              throw unfit(scalar, text, "true or false", Kind.BOOLEAN, meantBoolean(text));
            }
            return text.toLowerCase(Locale.ROOT).equals("true");
          },
          yes -> yes,
          Map.of("type", "boolean"));

  static final ScalarRule<Duration> DURATION =
      new ScalarRule<>(
          Durations.WORDS,
          false,
          (text, _) -> Durations.parse(text),
          Durations::write,
          Ordered.pairs("type", "string", "pattern", "^" + Durations.PATTERN + "$"));

  /// A duration above zero.
  static final ScalarRule<Duration> SPAN =
      new ScalarRule<>(
          Durations.WORDS + ", above zero",
          false,
          (text, _) -> {
            var duration = Durations.parse(text);
            if (duration.isZero()) {
              throw new Unfit("it is zero", "a duration above zero");
            }
            return duration;
          },
          Durations::write,
          Ordered.pairs("type", "string", "pattern", "^(?=.*[1-9])" + Durations.PATTERN + "$"));

  static final ScalarRule<String> REGEX =
      new ScalarRule<>(
          "a regular expression",
          false,
          (text, _) -> {
            try {
              return Pattern.compile(withoutNul(text)).pattern();
            } catch (PatternSyntaxException wrong) {
              throw new Unfit(
                  "'"
                      + Problems.cut(text)
                      + "' is no regular expression: "
                      + wrong.getDescription().toLowerCase(Locale.ROOT)
                      + " near character "
                      + (Math.max(0, wrong.getIndex()) + 1),
                  "one as java.util.regex.Pattern has it");
            } catch (StackOverflowError tooDeep) {
              throw new Unfit("the regular expression is nested too deep", "a simpler one");
            }
          },
          text -> text,
          ANY_TEXT);

  /// A port's name or number.
  static final ScalarRule<String> PORT =
      new ScalarRule<>(
          "the name or number of a port",
          false,
          (text, scalar) -> {
            if (whole(scalar, text).isPresent()) {
              return Long.toString(integer(scalar, text, 1, 65535, "a port of 1 to 65535"));
            }
            if (scalar.kind() != Kind.TEXT || !text.matches("[A-Za-z_][A-Za-z0-9._-]{0,63}")) {
              throw new Unfit(is(scalar), "the name or number of a port");
            }
            return text;
          },
          port -> isNumber(port) ? Long.valueOf(port) : port,
          Map.of(
              "anyOf",
              List.of(
                  Ordered.pairs("type", "integer", "minimum", 1, "maximum", 65535),
                  Ordered.pairs("type", "string", "pattern", "^[A-Za-z_][A-Za-z0-9._-]{0,63}$"))));

  /// Digits of a number that is beyond all ranges.
  private static final int LONGEST = 40;

  private Scalars() {}

  private static ScalarRule<String> any(String words, boolean template) {
    return new ScalarRule<>(words, template, (text, _) -> withoutNul(text), text -> text, ANY_TEXT);
  }

  private static ScalarRule<String> some(String words, boolean template) {
    return new ScalarRule<>(
        words,
        template,
        (text, _) -> {
          if (text.isBlank()) {
            throw new Unfit("it is blank", words);
          }
          return withoutNul(text);
        },
        text -> text,
        notBlank());
  }

  private static Map<String, Object> notBlank() {
    return like("^" + SOME + "$");
  }

  /// Text in which this is found; what looks like a number or a boolean is taken as its text.
  static Map<String, Object> like(String pattern) {
    return Map.of(
        "anyOf",
        List.of(
            Ordered.pairs("type", "string", "pattern", pattern),
            Map.of("type", "number"),
            Map.of("type", "boolean")));
  }

  /// Text of which all is this.
  static ScalarRule<String> matching(Pattern pattern, String words) {
    return new ScalarRule<>(
        words,
        false,
        (text, _) -> {
          if (!pattern.matcher(text).matches()) {
            throw new Unfit("'" + Problems.cut(text) + "' is no " + words.split(",", 2)[0], words);
          }
          return text;
        },
        text -> text,
        like("^(?:" + pattern + ")$"));
  }

  /// The same of what looks like text only, and neither like a number nor like true or false.
  static ScalarRule<String> named(Pattern pattern, String words) {
    return new ScalarRule<>(
        words,
        false,
        (text, scalar) -> {
          if (scalar.kind() != Kind.TEXT || !pattern.matcher(text).matches()) {
            throw new Unfit("'" + Problems.cut(text) + "' is no " + words.split(",", 2)[0], words);
          }
          return text;
        },
        text -> text,
        Ordered.pairs("type", "string", "pattern", "^(?:" + pattern + ")$"));
  }

  static String withoutNul(String text) throws Unfit {
    if (text.indexOf('\0') >= 0) {
      throw new Unfit("it holds a NUL character", "text that the operating system can pass");
    }
    return text;
  }

  private static String is(Scalar scalar) {
    return "'" + Problems.cut(scalar.text()) + "' is " + scalar.kind().words;
  }

  private static String meantBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "yes", "y", "on", "1", "true" -> "true";
      case "no", "n", "off", "0", "false" -> "false";
      default -> "";
    };
  }

  private static String absolute(String text, Place place) throws Unfit {
    if (text.isBlank()) {
      throw new Unfit("it is blank", "a path");
    }
    try {
      return place.source().directory().resolve(withoutNul(text)).normalize().toString();
    } catch (InvalidPathException wrong) {
      throw new Unfit("'" + Problems.cut(text) + "' is no path: " + wrong.getReason(), "a path");
    }
  }

  /// What is filled in later is no part of the way from here.
  private static String absoluteTemplate(String text, Place place) throws Unfit {
    var base = Template.escape(absolute(".", place));
    return withoutNul(text).startsWith("/") ? text : base + "/" + text;
  }

  /// A number within a range.
  static ScalarRule<Integer> integer(int least, int most) {
    var words = "a number of " + least + " to " + most;
    return new ScalarRule<>(
        words,
        false,
        (text, scalar) -> (int) integer(scalar, text, least, most, words),
        number -> (long) number,
        Ordered.pairs("type", "integer", "minimum", least, "maximum", most));
  }

  private static long integer(Scalar scalar, String text, int least, int most, String words)
      throws Unfit {
    var number =
        whole(scalar, text).orElseThrow(() -> unfit(scalar, text, words, Kind.INTEGER, ""));
    boolean fits =
        number.compareTo(BigInteger.valueOf(least)) >= 0
            && number.compareTo(BigInteger.valueOf(most)) <= 0;
    if (!fits) {
      throw new Unfit("'" + Problems.cut(text) + "' is out of range", words);
    }
    return number.longValue();
  }

  /// What is in quotes is text, whatever it looks like without them.
  private static Unfit unfit(
      Scalar scalar, String text, String words, Kind wanted, String suggestion) {
    boolean quoted = scalar.kind() == Kind.TEXT && ScalarKinds.of(text) == wanted;
    return quoted
        ? new Unfit(is(scalar), words + ", without quotes")
        : new Unfit(is(scalar), words, suggestion);
  }

  /// A whole number, however it is written: `5.0` is one, as to JSON Schema. What is too long to be
  /// in any range is cut.
  static Optional<BigInteger> whole(Scalar scalar, String text) {
    if (scalar.kind() == Kind.INTEGER) {
      return Optional.of(number(text));
    }
    if (scalar.kind() != Kind.DECIMAL) {
      return Optional.empty();
    }
    try {
      var plain = new BigDecimal(text).stripTrailingZeros();
      if (plain.scale() > 0) {
        return Optional.empty();
      }
      return Optional.of(
          plain.scale() < -LONGEST
              ? BigInteger.TEN.pow(LONGEST).multiply(BigInteger.valueOf(plain.signum()))
              : plain.toBigIntegerExact());
    } catch (NumberFormatException beyond) {
      return Optional.empty();
    }
  }

  private static BigInteger number(String text) {
    if (text.startsWith("0x")) {
      return new BigInteger(text.substring(2), 16);
    }
    return text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
  }

  /// A decimal number within a range.
  ///
  /// @param open whether the least itself is out of range
  static ScalarRule<Double> decimal(double least, boolean open, double most) {
    var words =
        "a number "
            + (open ? "above " : "of ")
            + plain(least)
            + (most == Double.MAX_VALUE ? "" : (open ? ", at most " : " to ") + plain(most));
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "number");
    schema.put(open ? "exclusiveMinimum" : "minimum", new BigDecimal(plain(least)));
    if (most != Double.MAX_VALUE) {
      schema.put("maximum", new BigDecimal(plain(most)));
    }
    return new ScalarRule<>(
        words,
        false,
        (text, scalar) -> {
          if (scalar.kind() != Kind.INTEGER && scalar.kind() != Kind.DECIMAL) {
            boolean whole = ScalarKinds.of(text) == Kind.INTEGER;
            throw unfit(scalar, text, words, whole ? Kind.INTEGER : Kind.DECIMAL, "");
          }
          double number =
              scalar.kind() == Kind.INTEGER ? number(text).doubleValue() : Double.parseDouble(text);
          if (!(number <= most && (open ? number > least : number >= least))) {
            throw new Unfit("'" + Problems.cut(text) + "' is out of range", words);
          }
          return number;
        },
        Scalars::plainNumber,
        schema);
  }

  private static Object plainNumber(double number) {
    boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
    return whole ? (Object) (long) number : BigDecimal.valueOf(number);
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : BigDecimal.valueOf(number).toPlainString();
  }

  /// An amount of bytes.
  static ScalarRule<Long> size(long least) {
    return new ScalarRule<>(
        Sizes.WORDS,
        false,
        (text, scalar) -> {
          long bytes = Sizes.parse(digits(scalar, text));
          if (bytes < least) {
            throw new Unfit(
                "'" + Problems.cut(text) + "' is out of range",
                "a size of " + Sizes.write(least) + " or more");
          }
          return bytes;
        },
        Sizes::write,
        Map.of(
            "anyOf",
            List.of(
                Ordered.pairs("type", "integer", "minimum", least, "maximum", 999_999_999_999_999L),
                Ordered.pairs(
                    "type",
                    "string",
                    "pattern",
                    "^" + (least > 0 ? "(?=.*[1-9])" : "") + Sizes.PATTERN + "$"))));
  }

  /// A whole number as plain digits; all else as it is.
  static String digits(Scalar scalar, String text) {
    return whole(scalar, text).map(BigInteger::toString).orElse(text);
  }

  /// One of these words.
  ///
  /// @param words the words and what they mean; the first that means something is what is written
  static <E> ScalarRule<E> word(Map<String, E> words) {
    var meanings = new LinkedHashMap<E, String>();
    words.forEach((word, meaning) -> meanings.putIfAbsent(meaning, word));
    var shown = "one of " + String.join(", ", meanings.values());
    return new ScalarRule<>(
        shown,
        false,
        (text, scalar) -> {
          var meaning = words.get(text);
          if (meaning == null || scalar.kind() != Kind.TEXT) {
            throw new Unfit(
                "'" + Problems.cut(text) + "' is not known here",
                shown,
                Nearest.to(text, words.keySet()).orElse(""));
          }
          return meaning;
        },
        meaning -> Objects.requireNonNull(meanings.get(meaning)),
        Map.of("enum", new ArrayList<>(words.keySet())));
  }

  /// The words of an enumeration, in lower case.
  static <E extends Enum<E>> ScalarRule<E> word(Class<E> type) {
    var words = new LinkedHashMap<String, E>();
    for (E each : type.getEnumConstants()) {
      words.put(each.name().toLowerCase(Locale.ROOT), each);
    }
    return word(words);
  }

  static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
