/// What is left behind on the machine, and what is not: second JVMs that die in every way, forged
/// ledgers, ports, directories.
@org.jspecify.annotations.NullMarked
package dev.procman.core.host;
