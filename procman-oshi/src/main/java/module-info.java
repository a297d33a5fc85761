/// A sampler for systems without Linux's `/proc`.
@org.jspecify.annotations.NullMarked
module dev.procman.oshi {
  requires dev.procman;
  requires com.github.oshi;
  requires com.github.oshi.common;
  // OSHI's own modules require it; only this module of procman does, since it doubles what jlink
  // makes.
  requires java.desktop;
  requires static org.jspecify;

  exports dev.procman.oshi;

  uses oshi.spi.SystemInfoProvider;

  provides dev.procman.spi.ResourceSampler with
      dev.procman.oshi.OshiSampler;
}
