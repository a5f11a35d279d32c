package dev.archivist.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class CompressionPropertiesTest {

  @Property(tries = 300)
  void everyContentComesBackAndItsHashesAreRight(
      @ForAll @NotEmpty @Size(max = 5000) byte[] content, @ForAll Codec codec) throws Exception {
    Path directory = Files.createTempDirectory("archivist-property");
    Path path = Files.write(directory.resolve("report"), content);
    try (CompressedReport compressed = Compressor.compress(ReportFile.at(path), codec, directory)) {
      byte[] stored = Files.readAllBytes(compressed.path());

      assertThat(decompressed(stored, codec)).isEqualTo(content);
      assertThat(compressed.contentSha256()).isEqualTo(sha256(content));
      assertThat(compressed.contentBytes()).isEqualTo(content.length);
      assertThat(compressed.sha256()).isEqualTo(sha256(stored));
      assertThat(compressed.bytes()).isEqualTo(stored.length);
    } finally {
      Files.delete(path);
      Files.delete(directory); // fails unless the temporary file is gone
    }
  }

  private static byte[] decompressed(byte[] stored, Codec codec) throws IOException {
    try (InputStream in = codec.decompress(new ByteArrayInputStream(stored))) {
      return in.readAllBytes();
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
