package dev.procman.spi;

import java.util.OptionalInt;

/// Who a process runs as, by the numbers that the operating system has for users and groups.
///
/// @param user the user's number; that of this JVM when empty
/// @param group the group's number; that of this JVM when empty
public record ProcessOwner(OptionalInt user, OptionalInt group) {}
