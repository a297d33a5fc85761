/// Engine parts for Linux, over the FFM API. They are found as services; only who wants options of
/// the launcher names it.
@org.jspecify.annotations.NullMarked
module dev.procman.linux {
  requires dev.procman;
  requires dev.procman.proc;
  requires static org.jspecify;
  requires org.slf4j;

  exports dev.procman.linux;

  provides dev.procman.spi.ProcessLauncher with
      dev.procman.linux.LinuxLauncher;
}
