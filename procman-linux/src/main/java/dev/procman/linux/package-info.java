/// The engine parts for Linux: one class that calls the C library, what is built on it, and the
/// launcher.
@org.jspecify.annotations.NullMarked
package dev.procman.linux;
