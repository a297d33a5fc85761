package dev.procman.services;

import dev.procman.ProcessSpec;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A Java main class in a JVM of its own, with this JVM's `java`, class path and module path.
/// Immutable.
///
/// @param main the class, or `module/class` when it is in a named module
/// @param java the `java` program; this JVM's by default
/// @param classPath the class path; this JVM's by default
/// @param modulePath the module path; this JVM's by default
/// @param options options of the JVM
/// @param arguments arguments of the program
/// @param debugged whether a debugger may attach
public record JavaProcess(
    String main,
    Path java,
    String classPath,
    String modulePath,
    List<String> options,
    List<String> arguments,
    boolean debugged) {
  /// The name of the port on which a debugger may attach.
  public static final String DEBUG_PORT = "debug";

  /// Longer command lines go into an argument file: Linux takes at most 131071 bytes a word.
  private static final int LONG = 32_000;

  /// Copies the lists.
  public JavaProcess {
    options = List.copyOf(options);
    arguments = List.copyOf(arguments);
  }

  /// That main class.
  public static JavaProcess of(Class<?> main) {
    var module = main.getModule();
    return of(module.isNamed() ? module.getName() + "/" + main.getName() : main.getName());
  }

  /// That main class, by its name, or `module/class`.
  public static JavaProcess of(String main) {
    return new JavaProcess(
        main,
        Path.of(System.getProperty("java.home"), "bin", "java"),
        System.getProperty("java.class.path", ""),
        System.getProperty("jdk.module.path", ""),
        List.of(),
        List.of(),
        false);
  }

  /// With another `java` program.
  public JavaProcess java(Path program) {
    return new JavaProcess(main, program, classPath, modulePath, options, arguments, debugged);
  }

  /// With another class path.
  public JavaProcess classPath(Path... entries) {
    return new JavaProcess(main, java, joined(entries), modulePath, options, arguments, debugged);
  }

  /// With another module path.
  public JavaProcess modulePath(Path... entries) {
    return new JavaProcess(main, java, classPath, joined(entries), options, arguments, debugged);
  }

  /// With more options of the JVM, for example `-Xmx64m`; templates are filled in.
  public JavaProcess options(String... more) {
    return new JavaProcess(
        main, java, classPath, modulePath, joined(options, more), arguments, debugged);
  }

  /// With a system property; templates are filled in.
  public JavaProcess property(String name, String value) {
    return options("-D" + name + "=" + value);
  }

  /// With more arguments of the program; templates are filled in.
  public JavaProcess arguments(String... more) {
    return new JavaProcess(
        main, java, classPath, modulePath, options, joined(arguments, more), debugged);
  }

  /// Lets a debugger attach on the leased port [#DEBUG_PORT] of 127.0.0.1; the program does not
  /// wait for it.
  public JavaProcess debuggable() {
    return new JavaProcess(main, java, classPath, modulePath, options, arguments, true);
  }

  private static List<String> joined(List<String> first, String... more) {
    var all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all;
  }

  private static String joined(Path... entries) {
    return List.of(entries).stream()
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /// A specification with that name, to go on with.
  public ProcessSpec.Builder named(String name) {
    var spec = ProcessSpec.named(name);
    var command = new ArrayList<String>();
    command.add(escaped(java.toString()));
    var paths = paths();
    if (paths.stream().mapToInt(String::length).sum() > LONG) {
      spec.file("${data.java}/paths", quoted(paths));
      command.add("@${data.java}/paths");
    } else {
      paths.forEach(word -> command.add(escaped(word)));
    }
    if (debugged) {
      spec.port(DEBUG_PORT);
      command.add(
          "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:${port."
              + DEBUG_PORT
              + "}");
    }
    command.addAll(options);
    if (main.indexOf('/') >= 0) {
      command.add("--module");
    }
    command.add(main);
    command.addAll(arguments);
    return spec.command(command);
  }

  private List<String> paths() {
    var paths = new ArrayList<String>();
    if (!classPath.isEmpty()) {
      paths.addAll(List.of("--class-path", classPath));
    }
    if (!modulePath.isEmpty()) {
      paths.addAll(List.of("--module-path", modulePath));
    }
    return paths;
  }

  private static String escaped(String word) {
    return word.replace("$", "$$");
  }

  /// The words of an argument file (java(1), "java Command-Line Argument Files").
  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .map(JavaProcess::escaped)
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
