package dev.archivist;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.PlainSQL;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SQL stands in files that an editor can read, or is jOOQ's. The first two rules say who may hand
 * text to the database at all; the third finds what looks like SQL in the sources, wherever it
 * goes.
 */
class SqlInFilesTest {
  private static final Path ROOT = Path.of("..");
  private static final Path JAVA = Path.of("src/main/java/dev/archivist");
  private static final Path RESOURCES = Path.of("src/main/resources/dev/archivist");

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.archivist");

  /** Comments and characters are matched so that quotes in them begin no string. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "//[^\\n]*+|/\\*(?s:.*?)\\*/|'(?:\\\\.|[^'\\\\])++'"
              + "|\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\])*+\"");

  private static final Pattern LOOKS_LIKE_SQL =
      Pattern.compile(
          "[\\s(]*(?:(?:SELECT|INSERT|UPDATE|DELETE|WITH|ALTER|CREATE|DROP|LOCK|SET|GRANT|REVOKE"
              + "|TRUNCATE|VACUUM|COPY|LISTEN|CALL|DO)\\s"
              + "|(?:select|insert\\s+into|delete\\s+from)\\s)(?s:.*)");

  /** Where a literal is read by people: a hint, or a step of a plan. */
  private static final Set<String> FOR_PEOPLE =
      Set.of(
          "engine/archive/Guards.java",
          "engine/archive/Plan.java",
          "engine/catalog/Keys.java",
          "engine/job/Jobs.java",
          "engine/policy/MatchingColumns.java",
          "engine/policy/Move.java",
          "engine/policy/Offload.java",
          "engine/policy/Policies.java",
          "engine/policy/Rollup.java",
          "engine/policy/SampledValue.java",
          "engine/restore/RestoreGuards.java",
          "db/DatabaseFailure.java",
          "db/migrate/PlJava.java");

  @Test
  void onlyFewHandTextToJdbc() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.archivist.engine.sql.Query")
        // the user's own statements
        .and()
        .doNotHaveFullyQualifiedName("dev.archivist.db.PlainQuery")
        // three statements at once, from files
        .and()
        .doNotHaveFullyQualifiedName("dev.archivist.bench.ClientMove")
        .and()
        .resideOutsideOfPackage("dev.archivist.embedded..")
        .should()
        .callMethodWhere(jdbcTakesText())
        .because("the others have named statements: Query.named, Statements, SqlFiles")
        .check(PRODUCTION);
  }

  private static DescribedPredicate<JavaCall<?>> jdbcTakesText() {
    return describe(
        "JDBC takes text",
        call ->
            (call.getTargetOwner().isAssignableTo(Connection.class)
                    || call.getTargetOwner().isAssignableTo(Statement.class))
                && call.getTarget().getRawParameterTypes().stream()
                    .findFirst()
                    .filter(first -> first.isEquivalentTo(String.class))
                    .isPresent()
                && call.getName().matches("prepare.*|execute.*|addBatch|nativeSQL"));
  }

  @Test
  void jooqIsTyped() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.archivist.db.jooq..")
        .should()
        .callMethodWhere(jooqTakesText())
        .check(PRODUCTION);
  }

  /** jOOQ marks every method of its own that takes SQL as text. */
  private static DescribedPredicate<JavaCall<?>> jooqTakesText() {
    return describe(
        "jOOQ takes text",
        call ->
            call.getTarget()
                .resolveMember()
                .filter(member -> member.isAnnotatedWith(PlainSQL.class))
                .isPresent());
  }

  /** What the two rules above forbid. */
  private static final class Forbidden {
    static void jdbc(Connection connection) throws SQLException {
      connection.prepareStatement("").close();
    }

    static void jooq() {
      DSL.field("");
    }
  }

  @Test
  void callsThatTakeTextAreKnown() {
    Set<JavaMethodCall> calls =
        new ClassFileImporter()
            .importClasses(Forbidden.class)
            .get(Forbidden.class)
            .getMethodCallsFromSelf();

    assertThat(calls)
        .filteredOn(jdbcTakesText())
        .extracting(JavaMethodCall::getName)
        .containsExactly("prepareStatement");
    assertThat(calls)
        .filteredOn(jooqTakesText())
        .extracting(JavaMethodCall::getName)
        .containsExactly("field");
  }

  @Test
  void sourcesHoldNoSql() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : List.of("job-runner", "pljava-functions")) {
      Path sources = ROOT.resolve(module).resolve(JAVA);
      for (Path file : files(sources, ".java")) {
        if (literals(file).anyMatch(text -> LOOKS_LIKE_SQL.matcher(text).matches())) {
          found.add(sources.relativize(file).toString());
        }
      }
    }

    assertThat(found).containsExactlyInAnyOrderElementsOf(FOR_PEOPLE);
  }

  /** A database in another encoding may lack any other character. */
  @Test
  void sqlIsAscii() throws IOException {
    Set<String> others = new TreeSet<>();
    for (Path file : sql()) {
      if (!Files.readString(file).chars().allMatch(character -> character < 128)) {
        others.add(file.toString());
      }
    }

    assertThat(others).isEmpty();
  }

  /** With standard_conforming_strings off, which an owner of a database may set, it is no more. */
  @Test
  void noPlainLiteralHasABackslash() throws IOException {
    Pattern literal = Pattern.compile("--[^\\n]*+|\"[^\"]*+\"|([eE]?)'(?:[^']|'')*+'");
    Set<String> found = new TreeSet<>();
    for (Path file : sql()) {
      literal
          .matcher(Files.readString(file))
          .results()
          .filter(match -> match.group(1) != null && match.group(1).isEmpty())
          .filter(match -> match.group().contains("\\"))
          .forEach(match -> found.add(file + ": " + match.group()));
    }

    assertThat(found).isEmpty();
  }

  private static List<Path> sql() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String directory :
        List.of(
            "job-runner/src/main/resources",
            "pljava-functions/src/main/resources",
            "migrations",
            "views")) {
      all.addAll(files(ROOT.resolve(directory), ".sql"));
    }
    return all;
  }

  /** What a rule that reads text takes for SQL, and what not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "String a = \"SELECT 1\";",
        "String a = \"\"\"\n    (select x\n    from y)\"\"\";",
        "char a = '\"'; String b = \"SET x = 1\";",
        "// it's\nf(\"DROP \" + name);"
      })
  void whatLooksLikeSqlIsFound(String source) {
    assertThat(literals(source)).anyMatch(text -> LOOKS_LIKE_SQL.matcher(text).matches());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// \"SELECT 1\"",
        "/* \"SELECT 1\" */",
        "String a = \"Selected 1\";",
        "String a = \"a \\\"SELECT 1\\\"\";"
      })
  void whatDoesNotIsLeft(String source) {
    assertThat(literals(source)).noneMatch(text -> LOOKS_LIKE_SQL.matcher(text).matches());
  }

  @Test
  void everyStatementOfTheRunnerIsUsed() throws IOException {
    Set<String> literals = new TreeSet<>();
    for (Path file : files(ROOT.resolve("job-runner").resolve(JAVA), ".java")) {
      literals(file).forEach(literals::add);
    }

    assertThat(literals).containsAll(statements(ROOT.resolve("job-runner").resolve(RESOURCES)));
  }

  private static List<String> statements(Path resources) throws IOException {
    return files(resources, ".sql").stream()
        .flatMap(
            file ->
                read(file)
                    .lines()
                    .filter(line -> line.startsWith("-- name: "))
                    .map(line -> noun(file) + "." + line.substring("-- name: ".length())))
        .toList();
  }

  private static String noun(Path file) {
    return file.getFileName().toString().replaceFirst("\\.sql$", "");
  }

  private static Stream<String> literals(Path file) {
    return literals(read(file));
  }

  private static Stream<String> literals(String source) {
    return LITERAL
        .matcher(source)
        .results()
        .map(MatchResult::group)
        .filter(SqlInFilesTest::isText)
        .map(SqlInFilesTest::content);
  }

  private static boolean isText(String token) {
    return token.startsWith("\"");
  }

  private static String content(String token) {
    int quotes = token.startsWith("\"\"\"") ? 3 : 1;
    return token.substring(quotes, token.length() - quotes);
  }

  private static List<Path> files(Path directory, String ending) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(path -> path.toString().endsWith(ending)).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
