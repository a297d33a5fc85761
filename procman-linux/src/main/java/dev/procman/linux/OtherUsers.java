package dev.procman.linux;

/// Threads of this JVM that are another user's until they end, and their children, which share its
/// memory until they execute.
///
/// With the first change of credentials the kernel marks that memory as not to be looked into by
/// the other user's processes (PR_SET_DUMPABLE in prctl(2)). The mark also closes `/proc/self` to a
/// JVM of another user than root, so it is taken back, but not before the last of them has gone.
final class OtherUsers {
  private static int present;
  private static boolean open;

  private OtherUsers() {}

  /// Before the thread is started.
  static synchronized void come(Libc libc) {
    if (present == 0) {
      open = libc.systemCall(Platform.PRCTL, Flags.PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
    }
    present++;
  }

  /// When the thread and its child do not share the memory any more.
  static synchronized void go(Libc libc) {
    present--;
    if (present == 0 && open) {
      libc.systemCall(Platform.PRCTL, Flags.PR_SET_DUMPABLE, 1, 0, 0, 0);
    }
  }
}
