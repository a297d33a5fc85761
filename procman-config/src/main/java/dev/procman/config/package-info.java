/// Processes from YAML files, the environment and arguments: begin at
/// [dev.procman.config.ProcmanConfig], or at [dev.procman.config.Importer] with files of other
/// supervisors.
@org.jspecify.annotations.NullMarked
package dev.procman.config;
