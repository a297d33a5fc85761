package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class DocumentationTest {
  static List<Markdown.Block> readmeBlocks() throws Exception {
    return Markdown.blocks(Markdown.README);
  }

  static List<Markdown.Block> javaBlocks() throws Exception {
    var blocks = new ArrayList<Markdown.Block>();
    for (var page : Markdown.pages()) {
      Markdown.blocks(page).stream()
          .filter(block -> block.kind().equals("java"))
          .forEach(blocks::add);
    }
    return blocks;
  }

  static List<Regions.Region> regions() throws Exception {
    return Regions.all();
  }

  static Stream<Markdown.Block> readmeBlocks(String kind) throws Exception {
    return readmeBlocks().stream().filter(block -> block.kind().equals(kind));
  }

  static Stream<Markdown.Block> xmlBlocks() throws Exception {
    return readmeBlocks("xml");
  }

  static Stream<Markdown.Block> shellBlocks() throws Exception {
    return readmeBlocks("sh");
  }

  static Stream<Markdown.Block> textBlocks() throws Exception {
    return readmeBlocks("text");
  }

  @ParameterizedTest
  @MethodSource("readmeBlocks()")
  void everyBlockOfTheReadmeIsOfAKindThatIsTested(Markdown.Block block) {
    assertThat(block.kind()).isIn("java", "sh", "xml", "text", "yaml");
  }

  @ParameterizedTest
  @MethodSource
  void javaBlocks(Markdown.Block block) throws Exception {
    assertThat(Regions.all())
        .as("%s is a region of a source file that is compiled and run", block)
        .extracting(Regions.Region::code)
        .contains(Regions.normalized(block.text()));
  }

  @ParameterizedTest
  @MethodSource("regions")
  void everyRegionIsShownOnAPage(Regions.Region region) throws Exception {
    assertThat(javaBlocks())
        .extracting(block -> Regions.normalized(block.text()))
        .contains(region.code());
  }

  @ParameterizedTest
  @MethodSource("shellBlocks")
  void everyCommandOfTheReadmeIsRunByTheBuildScript(Markdown.Block block) throws Exception {
    var run = Files.readString(Markdown.ROOT.resolve(".ci/run")).lines().toList();

    assertThat(block.text().lines().toList()).isNotEmpty().isSubsetOf(run);
  }

  @ParameterizedTest
  @MethodSource("xmlBlocks")
  void everyArtifactOfTheReadmeIsAModuleInTheProjectsVersion(Markdown.Block block)
      throws Exception {
    var pom = parsed(Files.readString(Markdown.ROOT.resolve("pom.xml")));
    var modules = texts(pom, "module");
    String version = texts(pom, "version").getFirst();

    var shown = parsed("<shown>" + block.text() + "</shown>");
    assertThat(texts(shown, "groupId")).isNotEmpty().containsOnly("dev.procman");
    assertThat(texts(shown, "artifactId")).isNotEmpty().isSubsetOf(modules);
    assertThat(texts(shown, "version")).isNotEmpty().containsOnly(version);
  }

  @Test
  void theBomNamesThisVersionAndEveryModuleThatIsShipped() throws Exception {
    var pom = parsed(Files.readString(Markdown.ROOT.resolve("pom.xml")));
    var bom = parsed(Files.readString(Markdown.ROOT.resolve("procman-bom/pom.xml")));
    var shipped = new ArrayList<>(texts(pom, "module"));
    shipped.removeAll(List.of("procman-bom", "examples", "explorations", "benchmarks"));

    assertThat(texts(bom, "version").getFirst()).isEqualTo(texts(pom, "version").getFirst());
    assertThat(texts(bom, "artifactId")).containsAll(shipped);
  }

  @ParameterizedTest
  @MethodSource("textBlocks")
  void everyPrintedTextOfTheReadmeIsComparedWithARealOne(Markdown.Block block) {
    // By FailedStartTest and QuickstartTest.
    assertThat(List.of(FailedStartTest.FIRST_WORDS, QuickstartTest.FIRST_WORDS))
        .anyMatch(words -> block.text().startsWith(words));
  }

  @Test
  void everyLinkToAFileLeadsToOne() throws Exception {
    for (var page : Markdown.pages()) {
      assertThat(Markdown.linkedFiles(page)).as("links of %s", page).allMatch(Files::exists);
    }
  }

  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<String> texts(Document document, String element) {
    var found = document.getElementsByTagName(element);
    return IntStream.range(0, found.getLength())
        .mapToObj(found::item)
        .map(Element.class::cast)
        .map(Element::getTextContent)
        .toList();
  }
}
