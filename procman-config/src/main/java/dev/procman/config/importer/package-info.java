/// Files of other supervisors, read into procman's own: begin at
/// [dev.procman.config.importer.Importer].
@org.jspecify.annotations.NullMarked
package dev.procman.config.importer;
