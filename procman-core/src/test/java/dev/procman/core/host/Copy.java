package dev.procman.core.host;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Another copy of procman in this JVM, as a second application of an application server has one:
/// all classes again, from a class loader of its own. What it does is said in text, see [CopyMain].
final class Copy implements AutoCloseable {
  private final URLClassLoader loader;
  private final UnaryOperator<String> main;

  /// A copy whose manager uses that state directory.
  Copy(Path stateDirectory) throws ReflectiveOperationException {
    loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
    main = main(loader, stateDirectory);
  }

  @SuppressWarnings("unchecked")
  private static UnaryOperator<String> main(ClassLoader loader, Path stateDirectory)
      throws ReflectiveOperationException {
    var thread = Thread.currentThread();
    var context = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      var type = Class.forName(CopyMain.class.getName(), true, loader);
      return (UnaryOperator<String>) type.getConstructor(Path.class).newInstance(stateDirectory);
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  private static URL[] classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Copy::url)
        .toArray(URL[]::new);
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// Has it do something.
  String ask(String order) {
    return main.apply(order);
  }

  ClassLoader loader() {
    return loader;
  }

  @Override
  public void close() throws IOException {
    main.apply("close");
    loader.close();
  }
}
