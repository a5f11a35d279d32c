package dev.archivist.store.s3;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What the errors of S3 and of its client mean for a store. Messages quote the server's error code
 * and nothing else of its answer, which may repeat what was sent.
 */
final class S3Failure {
  private static final Set<String> FULL =
      Set.of("InsufficientStorage", "InsufficientCapacity", "XMinioStorageFull", "DiskFull");
  private static final Set<String> CORRUPT =
      Set.of(
          "BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch");
  private static final Set<String> BAD_KEYS =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "InvalidToken",
          "ExpiredToken",
          "TokenRefreshRequired",
          "MissingSecurityHeader",
          "AuthenticationRequired");
  private static final Set<String> OTHER_REGION =
      Set.of(
          "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "TemporaryRedirect",
          "IllegalLocationConstraintException");

  private S3Failure() {}

  static <T> T translating(String doing, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw translate(doing, e);
    }
  }

  static ArchiveFailure translate(String doing, SdkException e) {
    if (e instanceof AwsServiceException answer) {
      return translateAnswer(doing, answer);
    }
    String reason = reasons(e);
    if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      return new ArchiveFailure(
          ArchiveError.INTERRUPTED, doing + ": the program was told to stop", "Run it again.", e);
    }
    if (reason.contains("unable to load credentials")) {
      return new ArchiveFailure(
          ArchiveError.STORE_DENIED,
          doing + ": no credentials were found",
          "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role.",
          e);
    }
    if (reason.contains("checksum")) {
      return new ArchiveFailure(
          ArchiveError.OBJECT_CORRUPT,
          doing + ": the bytes that arrived do not have their checksum",
          "Run it again; if it happens again, look at the network and the store's disks.",
          e);
    }
    if (reason.contains("ssl") || reason.contains("certificat")) {
      return new ArchiveFailure(
          ArchiveError.STORE_UNREACHABLE,
          doing + ": no trusted TLS connection",
          "Check AWS_ENDPOINT_URL and the server's certificate; Java must trust who issued it.",
          e);
    }
    return new ArchiveFailure(
        ArchiveError.STORE_UNREACHABLE,
        doing + ": the store does not answer",
        "Check AWS_ENDPOINT_URL, the network and whether the server runs; the next run continues.",
        e);
  }

  private static ArchiveFailure translateAnswer(String doing, AwsServiceException e) {
    String code = code(e);
    int status = e.statusCode();
    String why = "%s: the store answered %d%s".formatted(doing, status, inBrackets(code));
    if (code.equals("NoSuchBucket")) {
      return new ArchiveFailure(
          ArchiveError.STORE_MISSING,
          why,
          "Create the bucket, or correct ARCHIVE_STORE_URI and AWS_ENDPOINT_URL.",
          e);
    }
    if (FULL.contains(code) || code.contains("Quota") || status == 507) {
      return new ArchiveFailure(
          ArchiveError.STORE_FULL, why, "Make room or raise the quota; the next run continues.", e);
    }
    if (CORRUPT.contains(code) || (status == 400 && reasons(e).contains("checksum"))) {
      return new ArchiveFailure(
          ArchiveError.OBJECT_CORRUPT,
          why,
          "The bytes changed on the way and were not stored; the next run tries again.",
          e);
    }
    if (OTHER_REGION.contains(code) || status == 301 || status == 307) {
      return new ArchiveFailure(
          ArchiveError.STORE_DENIED, why, "Set AWS_DEFAULT_REGION to the bucket's region.", e);
    }
    if (code.equals("InvalidObjectState")) {
      return new ArchiveFailure(
          ArchiveError.OBJECT_FROZEN,
          why,
          "The object lies in a Glacier storage class; let S3 restore it for some days"
              + " (aws s3api restore-object) and try again.",
          e);
    }
    if (status == 401 || status == 403 || BAD_KEYS.contains(code)) {
      return new ArchiveFailure(ArchiveError.STORE_DENIED, why, deniedHint(code), e);
    }
    if (status == 404) {
      return new ArchiveFailure(
          ArchiveError.OBJECT_MISSING,
          why,
          "Check that ARCHIVE_STORE_URI names the store it was written to.",
          e);
    }
    return new ArchiveFailure(
        ArchiveError.STORE_UNREACHABLE,
        why,
        status == 429 || status >= 500
            ? "The server is in trouble or overloaded; the next run continues."
            : "Check that AWS_ENDPOINT_URL names a server that speaks S3, and look at its log.",
        e);
  }

  private static String deniedHint(String code) {
    return switch (code) {
      case "RequestTimeTooSkewed", "RequestExpired" -> "Set this machine's clock.";
      case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
          "Renew the credentials and AWS_SESSION_TOKEN.";
      case "AccessDenied", "" ->
          "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and allow s3:GetObject,"
              + " s3:PutObject, s3:DeleteObject, s3:ListBucket and s3:AbortMultipartUpload; purges also"
              + " need s3:GetObjectTagging, s3:PutObjectTagging and s3:DeleteObjectTagging.";
      default -> "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
    };
  }

  /** The server's own name for the error; empty where it gave none (answers to HEAD). */
  static String code(AwsServiceException e) {
    String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
    return code == null ? "" : code;
  }

  private static String inBrackets(String code) {
    return code.isEmpty() ? "" : " (" + code + ")";
  }

  private static String reasons(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable each = e; each != null && all.length() < 10_000; each = each.getCause()) {
      all.append(each.getClass().getSimpleName()).append(' ').append(each.getMessage()).append(' ');
    }
    return all.toString().toLowerCase(Locale.ROOT);
  }
}
