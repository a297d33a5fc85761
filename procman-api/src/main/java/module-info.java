/// What a host application programs against: [dev.procman.ProcessManager], specifications, events
/// and the interfaces an extension implements. It holds no behaviour beyond values and pure
/// policies.
@org.jspecify.annotations.NullMarked
module dev.procman {
  requires static transitive org.jspecify;

  exports dev.procman;
  exports dev.procman.event;
  exports dev.procman.spi;

  uses dev.procman.spi.ProcessManagerProvider;
}
