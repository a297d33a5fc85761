/// Where secret values must not be seen.
@org.jspecify.annotations.NullMarked
package dev.procman.core.secrets;
