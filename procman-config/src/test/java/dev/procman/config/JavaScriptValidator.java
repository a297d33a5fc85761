package dev.procman.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The validator ajv of npm, run by Node.js: editors and tools in JavaScript read the schema with
/// it or its like. Maven brings it from WebJars, which hold what npm has, so that no test needs
/// npm.
final class JavaScriptValidator {
  private static final String JARS = "META-INF/resources/webjars/";

  /// ajv and what it depends on.
  private static final Map<String, String> PACKAGES =
      Map.of(
          "ajv", "8.5.0",
          "fast-deep-equal", "3.1.3",
          "json-schema-traverse", "1.0.0",
          "punycode", "2.3.1",
          "require-from-string", "2.0.2",
          "uri-js", "4.4.1");

  private final Path script;
  private final Path input;

  /// @param directory where it is unpacked
  JavaScriptValidator(Path directory) {
    script = directory.resolve("ajv.cjs");
    input = directory.resolve("documents");
    try {
      Files.copy(Path.of("src/test/resources/ajv.cjs"), script);
      for (var each : PACKAGES.entrySet()) {
        unpack(
            JARS + each.getKey() + "/" + each.getValue() + "/",
            directory.resolve("node_modules").resolve(each.getKey()));
      }
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  private static void unpack(String folder, Path directory) throws IOException {
    var url = JavaScriptValidator.class.getClassLoader().getResource(folder + "package.json");
    if (url == null) {
      throw new IOException("there is no " + folder + " on the class path");
    }
    var connection = (JarURLConnection) URI.create(url.toString()).toURL().openConnection();
    connection.setUseCaches(false);
    try (var jar = connection.getJarFile()) {
      for (var entry : jar.stream().filter(it -> it.getName().startsWith(folder)).toList()) {
        var target = directory.resolve(entry.getName().substring(folder.length()));
        if (!entry.isDirectory()) {
          Files.createDirectories(target.getParent());
          try (var bytes = jar.getInputStream(entry)) {
            Files.copy(bytes, target);
          }
        }
      }
    }
  }

  /// Whether each of the documents is valid; JSON on one line each.
  List<Boolean> judge(String schema, List<String> documents) throws Exception {
    Files.writeString(
        input,
        line(schema) + String.join("", documents.stream().map(JavaScriptValidator::line).toList()));
    var output = script.resolveSibling("output");
    var node =
        start(
            new ProcessBuilder("node", script.toString())
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectErrorStream(true));
    if (!node.waitFor(2, TimeUnit.MINUTES)) {
      node.destroyForcibly().waitFor();
      throw new AssertionError("node did not end within two minutes");
    }
    var lines = Files.readString(output, UTF_8);
    if (node.exitValue() != 0) {
      throw new AssertionError("ajv refuses the schema:\n" + lines);
    }
    return lines.lines().map(Boolean::parseBoolean).toList();
  }

  private static Process start(ProcessBuilder node) {
    try {
      return node.start();
    } catch (IOException missing) {
      throw new AssertionError(
          "Node.js is missing: install 'node' (Debian: apt-get install nodejs), or run build/test,"
              + " which does so",
          missing);
    }
  }

  /// Line breaks of JSON are between its parts; in texts they are escaped.
  private static String line(String json) {
    return json.replace("\n", " ") + "\n";
  }
}
