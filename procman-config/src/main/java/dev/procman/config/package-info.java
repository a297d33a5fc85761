/// Processes from YAML files, the environment and arguments: begin at
/// [dev.procman.config.ProcmanConfig].
@org.jspecify.annotations.NullMarked
package dev.procman.config;
