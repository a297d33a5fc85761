package dev.procman.linux;

/// Numbers from the headers of Linux that are the same on x86-64 and aarch64.
final class Flags {
  /// `O_CLOEXEC`, and the like of epoll, eventfd and sockets.
  static final int CLOEXEC = 0x80000;

  /// `O_NONBLOCK`, and the like of eventfd and sockets.
  static final int NONBLOCK = 0x800;

  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_NOCTTY = 0x100;
  static final int F_SETFL = 4;
  static final int F_DUPFD_CLOEXEC = 1030;
  static final int F_SETPIPE_SZ = 1031;

  static final int EPOLLIN = 1;
  static final int EPOLLOUT = 4;
  static final int EPOLLONESHOT = 1 << 30;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLL_CTL_MOD = 3;

  static final short SPAWN_SETSIGDEF = 4;
  static final short SPAWN_SETSIGMASK = 8;
  static final short SPAWN_SETSID = 0x80;

  static final int SIGCHLD = 17;
  static final long SIG_IGN = 1;
  static final int SA_NOCLDWAIT = 2;

  static final int P_PID = 1;
  static final int P_PIDFD = 3;
  static final int WNOHANG = 1;
  static final int WEXITED = 4;
  static final int WNOWAIT = 0x01000000;

  static final int CLONE_FS = 0x200;
  static final int PR_GET_DUMPABLE = 3;
  static final int PR_SET_DUMPABLE = 4;
  static final int PR_SET_NAME = 15;
  static final int PR_SET_CHILD_SUBREAPER = 36;

  // ioctl_tty(2)
  static final long TIOCSWINSZ = 0x5414;
  static final long TCGETS = 0x5401;
  static final long TCSETS = 0x5402;

  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_PASSCRED = 16;
  static final int SCM_CREDENTIALS = 2;
  static final int MSG_PEEK = 2;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_CMSG_CLOEXEC = 0x40000000;

  private Flags() {}
}
