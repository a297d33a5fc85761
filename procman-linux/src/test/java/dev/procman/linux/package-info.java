@org.jspecify.annotations.NullMarked
package dev.procman.linux;
