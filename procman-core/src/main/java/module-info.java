/// The engine behind [dev.procman.ProcessManager]. Exports nothing: it is found as a service.
@org.jspecify.annotations.NullMarked
module dev.procman.core {
  requires dev.procman;
  requires dev.procman.proc;
  requires java.management;
  requires static org.jspecify;
  requires static jdk.jfr;
  requires org.slf4j;

  uses dev.procman.spi.ProcessLauncher;
  uses dev.procman.spi.ResourceSampler;

  provides dev.procman.spi.ProcessManagerProvider with
      dev.procman.core.EngineProvider;
}
