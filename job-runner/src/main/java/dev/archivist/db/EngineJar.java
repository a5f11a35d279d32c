package dev.archivist.db;

import dev.archivist.engine.ArchiveFunctions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The engine's jar as this program has it, to be loaded into a database.
 *
 * @param version the program's version
 * @param sha256 of its bytes, lower-case hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EngineJar(String version, String sha256, byte[] bytes) {
  /** What PL/Java's names of our jars begin with. */
  public static final String PREFIX = "archivist_engine";

  private static final int HASH_IN_NAME = 12;

  /** Reads the jar that this program runs with. */
  public static EngineJar ofThisProgram() {
    try {
      Path jar =
          Path.of(
              ArchiveFunctions.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isRegularFile(jar)) {
        throw new IllegalStateException(
            "the engine is not packaged: build it with ./mvnw package (found " + jar + ")");
      }
      byte[] bytes = Files.readAllBytes(jar);
      String version = ArchiveFunctions.class.getPackage().getImplementationVersion();
      return of(version == null ? "unknown" : version, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A jar of these bytes. */
  public static EngineJar of(String version, byte[] bytes) {
    return new EngineJar(version, sha256(bytes), bytes);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What PL/Java calls this very jar. Another version is another jar, so that sessions which have
   * loaded half of the one go on with that one.
   */
  public String name() {
    return PREFIX + "_" + shortHash();
  }

  /** The beginning of its SHA-256, enough to tell two apart. */
  String shortHash() {
    return sha256.substring(0, HASH_IN_NAME);
  }

  /** A checksum for Flyway, which runs a repeatable migration again when it changes. */
  public int checksum() {
    return HexFormat.fromHexDigits(sha256.substring(0, 8));
  }
}
