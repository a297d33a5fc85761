package dev.procman.config;

import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// Writes projects as YAML: keys in their order, defaults left out.
final class Export {
  private Export() {}

  static String yaml(Project project) {
    var settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndicatorIndent(2)
            .setIndent(4)
            .setWidth(100)
            .build();
    return new Dump(settings)
        .dumpToString(ProjectKeys.PROJECT.write(ProjectKeys.Draft.of(project)));
  }
}
