package dev.archivist.codegen;

import dev.archivist.embedded.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.SchemaMappingType;
import org.jooq.meta.jaxb.Target;

/**
 * Generates jOOQ's classes from the migrations themselves: migrates an empty throw-away PostgreSQL
 * and reads its catalog. The build calls it; it does nothing while its inputs are the same.
 */
public final class GenerateJooq {
  private static final String DATABASE = "codegen";
  private static final String ARCHIVE_SCHEMA = "archive";
  private static final String APP_SCHEMA = "public";
  private static final String PACKAGE = "dev.archivist.db.jooq";

  /** Tables of Quartz and Flyway, and month partitions, whose number changes by the month. */
  private static final String EXCLUDES = "qrtz_.*|flyway_schema_history|.*_archive_\\d{4}_\\d{2}";

  private final Path root;
  private final Path output;

  private GenerateJooq(Path root, Path output) {
    this.root = root;
    this.output = output;
  }

  /**
   * Generates into a directory, unless it holds what these inputs yield already.
   *
   * @param args the project's root directory and the output directory
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: GenerateJooq PROJECT_ROOT OUTPUT_DIRECTORY");
    }
    GenerateJooq generation =
        new GenerateJooq(
            Path.of(args[0]).toAbsolutePath().normalize(),
            Path.of(args[1]).toAbsolutePath().normalize());
    InputMarker marker = InputMarker.of(generation.root, generation.output);
    if (!marker.isCurrent()) {
      marker.remove();
      generation.run();
      marker.write();
    }
  }

  private void run() throws Exception {
    Path home = Files.createTempDirectory("archivist-jooq-");
    try (EmbeddedServer server = EmbeddedServer.start(throwAway(home))) {
      server.createDatabaseIfMissing(DATABASE);
      migrate(server);
      generate(server);
    } finally {
      delete(home);
    }
  }

  private static EmbeddedServer.Config throwAway(Path home) {
    return EmbeddedServer.Config.in(home)
        .withSetting("fsync", "off")
        .withSetting("synchronous_commit", "off")
        .withSetting("full_page_writes", "off");
  }

  private void migrate(EmbeddedServer server) {
    Flyway.configure()
        .dataSource(server.jdbcUrl(DATABASE), server.user(), server.password())
        .locations(locations())
        .schemas(ARCHIVE_SCHEMA)
        .defaultSchema(ARCHIVE_SCHEMA)
        .table("flyway_schema_history")
        .placeholders(Map.of("app_schema", APP_SCHEMA))
        .load()
        .migrate();
  }

  /**
   * Functions in Java are left out: this PostgreSQL has no PL/Java, and nothing here calls them.
   */
  private String[] locations() {
    return Stream.of(
            "migrations/callbacks",
            "migrations/versioned",
            "migrations/rights",
            "migrations/functions/any",
            "views")
        .map(root::resolve)
        .filter(Files::isDirectory)
        .map(directory -> "filesystem:" + directory)
        .toArray(String[]::new);
  }

  private void generate(EmbeddedServer server) throws Exception {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    Jdbc jdbc =
        new Jdbc()
            .withDriver("org.postgresql.Driver")
            .withUrl(server.jdbcUrl(DATABASE))
            .withUser(server.user())
            .withPassword(server.password());
    Database database =
        new Database()
            .withName("org.jooq.meta.postgres.PostgresDatabase")
            .withSchemata(
                new SchemaMappingType().withInputSchema(ARCHIVE_SCHEMA),
                new SchemaMappingType().withInputSchema(APP_SCHEMA))
            .withExcludes(EXCLUDES);
    Generate generate =
        new Generate()
            .withRecords(true)
            .withPojos(false)
            .withDaos(false)
            .withGeneratedAnnotation(false)
            .withGeneratedAnnotationDate(false);
    Target target = new Target().withPackageName(PACKAGE).withDirectory(output.toString());
    GenerationTool.generate(
        new Configuration()
            .withJdbc(jdbc)
            .withGenerator(
                new Generator().withDatabase(database).withGenerate(generate).withTarget(target)));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> content = Files.walk(directory)) {
      List<Path> deepestFirst = content.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    }
  }
}
