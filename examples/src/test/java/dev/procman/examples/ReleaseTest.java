package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/// What Maven Central requires of a pom (central.sonatype.org, "Requirements").
class ReleaseTest {
  private static final List<String> INHERITED = List.of("url", "licenses", "developers", "scm");

  /// Directories of modules; the empty one is the parent's.
  @ParameterizedTest
  @ValueSource(strings = {"", "procman-bom"})
  void aPomWithoutAParentSaysWhoMadeItAndWhereItIs(String module) throws Exception {
    var pom = pom(module);
    assertThat(INHERITED).allSatisfy(name -> assertThat(child(pom, name)).isNotBlank());
    assertThat(child(pom, "scm")).contains("scm:git:");
  }

  @Test
  void eachModuleHasANameAndADescriptionAndInheritsTheRest() throws Exception {
    var parent = pom("");
    var modules = parent.getElementsByTagName("module");
    assertThat(modules.getLength()).isPositive();
    for (int i = 0; i < modules.getLength(); i++) {
      String module = modules.item(i).getTextContent();
      var pom = pom(module);
      assertThat(child(pom, "name")).as(module).isNotBlank();
      assertThat(child(pom, "description")).as(module).isNotBlank();
      if (!module.equals("procman-bom")) {
        assertThat(child(pom, "parent")).as(module).contains("procman-parent");
      }
    }
  }

  private static Element pom(String module) throws Exception {
    try (var file = Files.newInputStream(Markdown.ROOT.resolve(module).resolve("pom.xml"))) {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(file)
          .getDocumentElement();
    }
  }

  private static String child(Element pom, String name) {
    for (Node node = pom.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeName().equals(name)) {
        return node.getTextContent();
      }
    }
    return "";
  }
}
