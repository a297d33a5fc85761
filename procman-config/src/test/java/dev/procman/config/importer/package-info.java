@org.jspecify.annotations.NullUnmarked
package dev.procman.config.importer;
