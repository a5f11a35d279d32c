package dev.archivist.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What a schema was made of, as its own comment says it. A comment can be read by every role, with
 * no right to the schema, and reading it runs nobody's code.
 *
 * @param version of the last versioned migration
 * @param functions a checksum of all migrations, repeatable ones included: eight hexadecimal digits
 * @param program the version of the program that made it
 * @param engine the beginning of the jar's SHA-256, where the engine runs in the database
 */
public record SchemaStamp(int version, String functions, String program, Optional<String> engine) {
  private static final String MIGRATIONS = "db/migrations/";
  private static final List<String> FOLDERS = List.of(MIGRATIONS, "db/views/");
  private static final String KNOWN_FILE = MIGRATIONS + "versioned/V001__trusted_functions.sql";
  private static final Pattern VERSION = Pattern.compile(".*/V(\\d{1,9})__.*");
  private static final Pattern WRITTEN =
      Pattern.compile(
          "\\[schema (\\d{1,9}), functions ([0-9a-f]{8}), program ([0-9A-Za-z.+-]{1,40})"
              + "(?:, engine ([0-9a-f]{12}))?]$");

  /** Looked for once: the program does not change while it runs. */
  private static final class Ours {
    private static final SchemaStamp STAMP = read();
  }

  /** The one that this program makes where the engine runs in the runner. */
  public static SchemaStamp ofThisProgram() {
    return Ours.STAMP;
  }

  /** The same where this jar is the engine in the database. */
  public SchemaStamp with(EngineJar jar) {
    return new SchemaStamp(version, functions, program, Optional.of(jar.shortHash()));
  }

  /** Whether a schema of the one is a schema of the other, whoever made it. */
  public boolean isSameAs(SchemaStamp other) {
    return version == other.version
        && functions.equals(other.functions)
        && engine.equals(other.engine);
  }

  /** The one that a comment ends with; empty where it ends with none. */
  static Optional<SchemaStamp> in(String comment) {
    Matcher written = WRITTEN.matcher(comment == null ? "" : comment);
    return written.find()
        ? Optional.of(
            new SchemaStamp(
                Integer.parseInt(written.group(1)),
                written.group(2),
                written.group(3),
                Optional.ofNullable(written.group(4))))
        : Optional.empty();
  }

  /** As the schema's comment ends. */
  public String text() {
    return "[schema %d, functions %s, program %s%s]"
        .formatted(version, functions, program, engine.map(hash -> ", engine " + hash).orElse(""));
  }

  private static SchemaStamp read() {
    SortedMap<String, Long> files = files();
    CRC32 sum = new CRC32();
    int version = 0;
    for (var file : files.entrySet()) {
      sum.update((file.getKey() + " " + file.getValue()).getBytes(StandardCharsets.UTF_8));
      Matcher name = VERSION.matcher(file.getKey());
      if (name.matches()) {
        version = Math.max(version, Integer.parseInt(name.group(1)));
      }
    }
    String program = SchemaStamp.class.getPackage().getImplementationVersion();
    return new SchemaStamp(
        version,
        String.format(Locale.ROOT, "%08x", sum.getValue()),
        program == null ? "unknown" : program.replaceAll("[^0-9A-Za-z.+-]", "-"),
        Optional.empty());
  }

  /** Checksums of the migrations by their names. A jar knows them without being read. */
  private static SortedMap<String, Long> files() {
    URL known =
        Objects.requireNonNull(
            SchemaStamp.class.getClassLoader().getResource(KNOWN_FILE), KNOWN_FILE);
    SortedMap<String, Long> files = new TreeMap<>();
    try {
      if (known.openConnection() instanceof JarURLConnection jar) {
        jar.getJarFile().stream()
            .filter(entry -> isMigration(entry.getName()))
            .forEach(entry -> files.put(entry.getName(), entry.getCrc()));
      } else {
        Path root = Path.of(URI.create(known.toURI().toString().replace(KNOWN_FILE, "")));
        for (String folder : FOLDERS) {
          addAll(root, root.resolve(folder), files);
        }
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isMigration(String name) {
    return name.endsWith(".sql") && FOLDERS.stream().anyMatch(name::startsWith);
  }

  private static void addAll(Path root, Path folder, SortedMap<String, Long> files)
      throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) found::iterator) {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (isMigration(name)) {
          files.put(name, checksum(file));
        }
      }
    }
  }

  private static long checksum(Path file) throws IOException {
    CRC32 sum = new CRC32();
    try (InputStream content = Files.newInputStream(file)) {
      sum.update(content.readAllBytes());
    }
    return sum.getValue();
  }
}
