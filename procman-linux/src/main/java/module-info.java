/// Engine parts for Linux, over the FFM API. Exports nothing: they are found as services.
@org.jspecify.annotations.NullMarked
module dev.procman.linux {
  requires dev.procman;
  requires dev.procman.proc;
  requires static org.jspecify;
  requires org.slf4j;

  provides dev.procman.spi.ProcessLauncher with
      dev.procman.linux.LinuxLauncher;
}
