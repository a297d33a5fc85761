/// What procman keeps on this machine outside of this JVM: leases, records, guards, temporary
/// directories.
@org.jspecify.annotations.NullMarked
package dev.procman.core.host;
