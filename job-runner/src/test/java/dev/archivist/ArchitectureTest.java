package dev.archivist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows of ARCHITECTURE.md, and who may know which library. */
class ArchitectureTest {
  private static final Path ROOT = Path.of("..");
  private static final Path THIS = Path.of("dev/archivist/ArchitectureTest.java");
  private static final Pattern SWITCHED_OFF = Pattern.compile("(?m)^\\s*@(Disabled|Ignore)\\b");

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.archivist");

  @Test
  void importsOfTheRunnerGoOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.archivist..")
        .layer("main")
        .definedBy("dev.archivist")
        .layer("cli")
        .definedBy("dev.archivist.cli..")
        .layer("schedule")
        .definedBy("dev.archivist.schedule..")
        .layer("demo")
        .definedBy("dev.archivist.demo..")
        .layer("bench")
        .definedBy("dev.archivist.bench..")
        .layer("run")
        .definedBy("dev.archivist.run..")
        .layer("db")
        .definedBy("dev.archivist.db", "dev.archivist.db.jooq..")
        .layer("migrate")
        .definedBy("dev.archivist.db.migrate")
        .layer("doctor")
        .definedBy("dev.archivist.db.doctor")
        .layer("store")
        .definedBy("dev.archivist.store..")
        .layer("report")
        .definedBy("dev.archivist.report..")
        .layer("document")
        .definedBy("dev.archivist.document..")
        .layer("config")
        .definedBy("dev.archivist.config..")
        .layer("file")
        .definedBy("dev.archivist.file..")
        .layer("failure")
        .definedBy("dev.archivist.failure..")
        .layer("embedded")
        .definedBy("dev.archivist.embedded..")
        .layer("engine")
        .definedBy("dev.archivist.engine..")
        .whereLayer("main")
        .mayOnlyAccessLayers("cli")
        .whereLayer("cli")
        .mayOnlyAccessLayers(
            "schedule",
            "demo",
            "bench",
            "run",
            "migrate",
            "db",
            "document",
            "config",
            "failure",
            "engine")
        .whereLayer("schedule")
        .mayOnlyAccessLayers("run", "db", "config", "failure", "engine")
        .whereLayer("demo")
        .mayOnlyAccessLayers("db", "failure", "engine")
        .whereLayer("bench")
        .mayOnlyAccessLayers("run", "migrate", "db", "document", "config", "failure", "engine")
        .whereLayer("run")
        .mayOnlyAccessLayers(
            "doctor", "db", "store", "report", "document", "config", "file", "failure", "engine")
        .whereLayer("doctor")
        .mayOnlyAccessLayers("migrate", "db", "failure", "engine")
        .whereLayer("migrate")
        .mayOnlyAccessLayers("db", "config", "failure", "engine")
        .whereLayer("db")
        .mayOnlyAccessLayers("embedded", "document", "config", "failure", "engine")
        .whereLayer("store")
        .mayOnlyAccessLayers("config", "file", "failure", "engine")
        .whereLayer("report")
        .mayOnlyAccessLayers("config", "file", "failure", "engine")
        .whereLayer("document")
        .mayNotAccessAnyLayer()
        .whereLayer("config")
        .mayOnlyAccessLayers("failure", "engine")
        .whereLayer("file")
        .mayOnlyAccessLayers("failure", "engine")
        .whereLayer("failure")
        .mayOnlyAccessLayers("engine")
        .whereLayer("embedded")
        .mayNotAccessAnyLayer()
        .whereLayer("engine")
        .mayNotAccessAnyLayer()
        .ensureAllClassesAreContainedInArchitecture()
        .check(PRODUCTION);
  }

  @Test
  void theEngineKnowsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage("dev.archivist.engine..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.archivist.engine..", "java..")
        .because("PL/Java loads the engine's jar into PostgreSQL, alone")
        .check(PRODUCTION);
  }

  @Test
  void onlyTheS3StoreKnowsAws() {
    onlyIn("software.amazon.awssdk..", "dev.archivist.store.s3..");
  }

  @Test
  void onlyTheScheduleKnowsQuartz() {
    onlyIn("org.quartz..", "dev.archivist.schedule..");
    onlyIn("com.cronutils..", "dev.archivist.schedule..");
  }

  @Test
  void onlyTheCommandLineKnowsTheConsolesLibraries() {
    onlyIn("picocli..", "dev.archivist.cli..");
    onlyIn("me.tongfei.progressbar..", "dev.archivist.cli..");
    onlyIn("ch.qos.logback..", "dev.archivist.cli..");
  }

  /** The demo reads what others wrote. */
  @Test
  void onlyDocumentsKnowTheJsonLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.archivist.document..", "dev.archivist.demo.data..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .check(PRODUCTION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.jooq..", "org.flywaydb..", "com.zaxxer.hikari.."})
  void onlyTheDatabasePackageKnowsWhatIsBuiltOnJdbc(String library) {
    onlyIn(library, "dev.archivist.db..");
  }

  @Test
  void onlyFewKnowJdbc() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.archivist.db..",
            "dev.archivist.bench..",
            "dev.archivist.embedded..",
            "dev.archivist.engine..")
        // The demo fills tables by COPY.
        .and()
        .doNotHaveFullyQualifiedName("dev.archivist.demo.LiveTables")
        // Quartz asks for java.sql connections, and reads its tables over them.
        .and()
        .doNotHaveFullyQualifiedName("dev.archivist.schedule.PooledConnections")
        .and()
        .doNotHaveFullyQualifiedName("dev.archivist.schedule.SchedulerTables")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.sql..")
        .check(PRODUCTION);
  }

  @Test
  void onlyTheDatabasePackageAndWhoCopiesRowsKnowTheDriver() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.archivist.db..", "dev.archivist.embedded..")
        .and()
        .doNotHaveFullyQualifiedName("dev.archivist.demo.LiveTables")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.postgresql..")
        .check(PRODUCTION);
  }

  /** The engine's own rule is with the engine: there only its savepoints catch them. */
  @Test
  void onlyTheDatabasePackageCatchesErrorsOfTheDatabase() {
    List<String> catching =
        PRODUCTION.stream()
            .filter(type -> !type.getPackageName().startsWith("dev.archivist.engine"))
            .filter(ArchitectureTest::catchesErrorsOfTheDatabase)
            .map(JavaClass::getPackageName)
            .distinct()
            .toList();

    assertThat(catching).containsExactlyInAnyOrder("dev.archivist.db", "dev.archivist.embedded");
  }

  private static boolean catchesErrorsOfTheDatabase(JavaClass type) {
    return type.getCodeUnits().stream()
        .flatMap(unit -> unit.getTryCatchBlocks().stream())
        .flatMap(block -> block.getCaughtThrowables().stream())
        .anyMatch(caught -> caught.isAssignableTo(SQLException.class));
  }

  @Test
  void classesAreNamedAfterWhatTheyAre() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helper|Manager|Impl)(\\$.*)?")
        .orShould()
        .haveNameMatching(".*[.$](Abstract|Base)[A-Z].*")
        .because("a class is a noun of the domain")
        .check(PRODUCTION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrations", "views"})
  void schemaDirectoriesHoldNothingButSql(String directory) throws IOException {
    List<Path> files = files(ROOT.resolve(directory));

    assertThat(files).isNotEmpty().allMatch(file -> file.toString().endsWith(".sql"));
  }

  @Test
  void noTestIsSwitchedOff() throws IOException {
    List<Path> sources = testSources();

    assertThat(sources).contains(ROOT.resolve("job-runner/src/test/java").resolve(THIS));
    assertThat(sources).noneMatch(file -> SWITCHED_OFF.matcher(read(file)).find());
  }

  /** Of every module. */
  private static List<Path> testSources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(ROOT)) {
      for (Path module : modules) {
        Path tests = module.resolve("src/test/java");
        if (Files.isDirectory(tests)) {
          sources.addAll(files(tests));
        }
      }
    }
    return sources;
  }

  private static void onlyIn(String library, String home) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(PRODUCTION);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).toList();
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
