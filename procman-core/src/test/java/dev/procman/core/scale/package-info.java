/// Many children at once, and many one after another.
@org.jspecify.annotations.NullMarked
package dev.procman.core.scale;
