package dev.archivist.store.s3;

import dev.archivist.store.s3.FileParts.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Sends one file, in one request or in parts, on the condition that its name is free. The server
 * gets the SHA-256 of every request's body and refuses a body that was damaged on the way.
 */
final class S3Upload {
  private static final String IF_FREE = "*";

  private final S3Client client;
  private final String bucket;
  private final String name;
  private final FileParts file;
  private final Map<String, String> metadata;
  private final boolean conditional;

  /**
   * @param conditional whether the server knows {@code If-None-Match}
   */
  S3Upload(
      S3Client client,
      String bucket,
      String name,
      FileParts file,
      Map<String, String> metadata,
      boolean conditional) {
    this.client = client;
    this.bucket = bucket;
    this.name = name;
    this.file = file;
    this.metadata = metadata;
    this.conditional = conditional;
  }

  /** Throws the client's exceptions; whether the object is there then is not known. */
  void send() {
    if (file.parts().size() == 1) {
      sendWhole(file.parts().get(0));
    } else {
      sendParts();
    }
  }

  private void sendWhole(Part part) {
    FileSlice slice = FileSlice.of(file.file(), part);
    try {
      client.putObject(
          put ->
              put.bucket(bucket)
                  .key(name)
                  .metadata(metadata)
                  .checksumSHA256(part.sha256())
                  .ifNoneMatch(conditional ? IF_FREE : null),
          slice.body());
    } finally {
      slice.close();
    }
  }

  private void sendParts() {
    CreateMultipartUploadResponse upload =
        client.createMultipartUpload(
            create ->
                create
                    .bucket(bucket)
                    .key(name)
                    .metadata(metadata)
                    .checksumAlgorithm(ChecksumAlgorithm.SHA256));
    try {
      List<CompletedPart> sent = new ArrayList<>(file.parts().size());
      for (Part part : file.parts()) {
        sent.add(sendPart(upload.uploadId(), part));
      }
      client.completeMultipartUpload(
          complete ->
              complete
                  .bucket(bucket)
                  .key(name)
                  .uploadId(upload.uploadId())
                  .multipartUpload(parts -> parts.parts(sent))
                  .ifNoneMatch(conditional ? IF_FREE : null));
    } catch (RuntimeException | Error e) {
      abort(upload.uploadId(), e);
      throw e;
    }
  }

  private CompletedPart sendPart(String uploadId, Part part) {
    FileSlice slice = FileSlice.of(file.file(), part);
    try {
      UploadPartResponse response =
          client.uploadPart(
              send ->
                  send.bucket(bucket)
                      .key(name)
                      .uploadId(uploadId)
                      .partNumber(part.number())
                      .checksumSHA256(part.sha256()),
              slice.body());
      return CompletedPart.builder()
          .partNumber(part.number())
          .eTag(response.eTag())
          .checksumSHA256(part.sha256())
          .build();
    } finally {
      slice.close();
    }
  }

  /** Parts that nobody completes or aborts are paid for until they are found. */
  private void abort(String uploadId, Throwable because) {
    try {
      client.abortMultipartUpload(abort -> abort.bucket(bucket).key(name).uploadId(uploadId));
    } catch (S3Exception e) {
      if (e.statusCode() != 404) {
        because.addSuppressed(e);
      }
    } catch (SdkException e) {
      because.addSuppressed(e);
    }
  }
}
