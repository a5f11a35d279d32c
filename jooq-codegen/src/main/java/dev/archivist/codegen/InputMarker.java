package dev.archivist.codegen;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.Constants;

/**
 * The file in the output directory that says from which inputs it was generated: every file of
 * {@code migrations} and {@code views} by name and content, jOOQ's version, and the generator.
 *
 * @param file where it is
 * @param digest SHA-256 of the inputs as they are now, in hexadecimal
 */
record InputMarker(Path file, String digest) {
  static InputMarker of(Path root, Path output) throws IOException {
    MessageDigest sha256 = sha256();
    for (Path input : inputs(root)) {
      sha256.update(root.relativize(input).toString().getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) 0);
      sha256.update(sha256().digest(Files.readAllBytes(input)));
    }
    sha256.update(Constants.FULL_VERSION.getBytes(StandardCharsets.UTF_8));
    sha256.update(generator());
    String digest = HexFormat.of().formatHex(sha256.digest());
    return new InputMarker(output.resolve(".generated-from"), digest);
  }

  boolean isCurrent() throws IOException {
    return Files.exists(file) && Files.readString(file).strip().equals(digest);
  }

  void remove() throws IOException {
    Files.deleteIfExists(file);
  }

  void write() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, digest + "\n");
  }

  private static List<Path> inputs(Path root) throws IOException {
    List<Path> inputs = new ArrayList<>();
    for (String name : List.of("migrations", "views")) {
      Path directory = root.resolve(name);
      if (Files.isDirectory(directory)) {
        try (Stream<Path> content = Files.walk(directory)) {
          content.filter(Files::isRegularFile).sorted().forEach(inputs::add);
        }
      }
    }
    return inputs;
  }

  private static byte[] generator() throws IOException {
    try (InputStream code = GenerateJooq.class.getResourceAsStream("GenerateJooq.class")) {
      return code.readAllBytes();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
