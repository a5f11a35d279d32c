package dev.archivist.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages for people: where they send their readers, there is something. */
class PagesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|mailto:|#)([^)#\\s]+)");

  /** In the tarball, too, which has the pages, docs/, ops/ and what packages say of themselves. */
  @Test
  void everyLinkLeadsToWhatTheReleaseHas() throws IOException {
    List<String> dead = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      for (String link :
          LINK.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList()) {
        links++;
        Path target = page.resolveSibling(link).normalize();
        if (!Files.exists(target) || !isReleased(ROOT.relativize(target))) {
          dead.add(ROOT.relativize(page) + ": " + link);
        }
      }
    }
    assertThat(dead).isEmpty();
    assertThat(links).isGreaterThan(100);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> here = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> ops = Files.walk(ROOT.resolve("ops"))) {
      Stream.of(here, docs, ops)
          .flatMap(paths -> paths)
          .filter(path -> path.toString().endsWith(".md"))
          .forEach(pages::add);
    }
    return pages;
  }

  private static boolean isReleased(Path path) {
    return path.startsWith("docs")
        || path.startsWith("ops")
        || path.getFileName().toString().equals("package-info.java")
        || path.getNameCount() == 1
            && (path.toString().endsWith(".md") || path.endsWith("LICENSE"));
  }
}
