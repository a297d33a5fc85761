@org.jspecify.annotations.NullUnmarked
package dev.procman.watch;
