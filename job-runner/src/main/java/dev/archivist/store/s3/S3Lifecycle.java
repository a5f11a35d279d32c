package dev.archivist.store.s3;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.GetBucketLifecycleConfigurationResponse;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Transition;
import software.amazon.awssdk.services.s3.model.TransitionDefaultMinimumObjectSize;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/**
 * The lifecycle of archived reports in a bucket: to Glacier some days after they were written, gone
 * once a purge has tagged them ({@link S3ExpiryTag}), and incomplete uploads after a week. No rule
 * expires by age: an object that is held must not go, and a rule cannot know that.
 */
public final class S3Lifecycle implements AutoCloseable {
  private static final int ABORT_UPLOADS_AFTER_DAYS = 7;
  private static final int EXPIRE_TAGGED_AFTER_DAYS = 1;

  /** With this setting small objects go to Glacier too. */
  private static final String VARIES =
      TransitionDefaultMinimumObjectSize.VARIES_BY_STORAGE_CLASS.toString();

  private final S3Client client;
  private final S3Location location;
  private final String prefix;
  private final int glacierAfterDays;

  private S3Lifecycle(
      S3Client client, S3Location location, String objectPrefix, int glacierAfterDays) {
    this.client = client;
    this.location = location;
    String directory = objectPrefix.replaceAll("^/+|/+$", "");
    this.prefix = location.name(directory.isEmpty() ? "" : directory + "/");
    this.glacierAfterDays = glacierAfterDays;
  }

  /**
   * @param objectPrefix what a policy's objects begin with, below the store's own prefix
   * @param glacierAfterDays when objects go to Glacier; 0 leaves them
   */
  public static S3Lifecycle open(
      StoreSettings settings, String objectPrefix, int glacierAfterDays) {
    return new S3Lifecycle(
        S3Clients.build(settings),
        S3Location.parse(settings.uri()),
        objectPrefix,
        glacierAfterDays);
  }

  /**
   * One of our rules.
   *
   * @param id its name in the bucket
   * @param wanted what it should say, in words
   * @param actual what it says; empty if it is not there
   * @param note what the bucket makes of it that the rule does not say; empty if nothing
   */
  public record Rule(String id, String wanted, String actual, String note) {}

  /**
   * What the bucket has.
   *
   * @param minimumSize below what size objects stay where they are, in the words of S3; null where
   *     the server does not say
   */
  private record Configuration(List<LifecycleRule> rules, String minimumSize) {}

  /** Our rules, as they should be and as they are. */
  public List<Rule> rules() {
    Configuration present = present();
    return Stream.of(kept(), expired(ExpirationStatus.ENABLED))
        .map(
            rule ->
                new Rule(
                    rule.id(),
                    text(rule),
                    text(present.rules(), rule.id()),
                    rule.hasTransitions() ? smallObjects(present) : ""))
        .toList();
  }

  private static String smallObjects(Configuration present) {
    return VARIES.equals(present.minimumSize())
        ? ""
        : "objects below 128 KB stay where they are: that is the default of S3"
            + " (TransitionDefaultMinimumObjectSize), and in Glacier they would cost more";
  }

  /**
   * Writes our rules; those of others stay. The one that deletes is written switched off first, and
   * read back: there are servers that forget its tag, and then it would delete everything.
   *
   * @throws ArchiveFailure {@code CONFIGURATION_INVALID} if the server cannot have such rules
   */
  public void apply() {
    LifecycleRule off = expired(ExpirationStatus.DISABLED);
    write(List.of(kept(), off));
    if (!text(present().rules(), off.id()).equals(text(off))) {
      write(List.of(kept()));
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "the server does not keep the tag of a lifecycle rule",
          "The rule that deletes was taken out again: it would have deleted everything. Delete"
              + " objects tagged archivist-expire=yes by other means of that server.");
    }
    write(List.of(kept(), expired(ExpirationStatus.ENABLED)));
  }

  private void write(List<LifecycleRule> ours) {
    Configuration present = present();
    List<LifecycleRule> all = new ArrayList<>();
    present.rules().stream()
        .filter(rule -> !keptId().equals(rule.id()) && !expiredId().equals(rule.id()))
        .map(S3Lifecycle::withFilter)
        .forEach(all::add);
    all.addAll(ours);
    translating(
        () ->
            client.putBucketLifecycleConfiguration(
                put ->
                    put.bucket(location.bucket())
                        // Left out, it would go back to the default.
                        .transitionDefaultMinimumObjectSize(present.minimumSize())
                        .lifecycleConfiguration(configuration -> configuration.rules(all))));
  }

  /**
   * S3 takes no rules of the old form, a prefix without filter, beside ours; they mean the same.
   */
  @SuppressWarnings("deprecation")
  private static LifecycleRule withFilter(LifecycleRule rule) {
    if (rule.filter() != null || rule.prefix() == null) {
      return rule;
    }
    return rule.toBuilder().prefix(null).filter(filter -> filter.prefix(rule.prefix())).build();
  }

  private Configuration present() {
    return translating(
        () -> {
          try {
            GetBucketLifecycleConfigurationResponse response =
                client.getBucketLifecycleConfiguration(get -> get.bucket(location.bucket()));
            return new Configuration(
                response.rules(), response.transitionDefaultMinimumObjectSizeAsString());
          } catch (S3Exception e) {
            if (S3Failure.code(e).equals("NoSuchLifecycleConfiguration")) {
              return new Configuration(List.of(), null);
            }
            throw e;
          }
        });
  }

  private String keptId() {
    return "archivist-store:" + prefix;
  }

  private String expiredId() {
    return "archivist-expire:" + prefix;
  }

  private LifecycleRule kept() {
    LifecycleRule.Builder rule =
        LifecycleRule.builder()
            .id(keptId())
            .status(ExpirationStatus.ENABLED)
            .filter(filter -> filter.prefix(prefix))
            .abortIncompleteMultipartUpload(
                abort -> abort.daysAfterInitiation(ABORT_UPLOADS_AFTER_DAYS));
    if (glacierAfterDays > 0) {
      rule.transitions(
          Transition.builder()
              .days(glacierAfterDays)
              .storageClass(TransitionStorageClass.GLACIER)
              .build());
    }
    return rule.build();
  }

  private LifecycleRule expired(ExpirationStatus status) {
    return LifecycleRule.builder()
        .id(expiredId())
        .status(status)
        .filter(filter -> filter.and(and -> and.prefix(prefix).tags(S3ExpiryTag.TAG)))
        .expiration(expiration -> expiration.days(EXPIRE_TAGGED_AFTER_DAYS))
        .build();
  }

  private static String text(List<LifecycleRule> rules, String id) {
    return rules.stream()
        .filter(rule -> id.equals(rule.id()))
        .map(S3Lifecycle::text)
        .findFirst()
        .orElse("");
  }

  private static String text(LifecycleRule rule) {
    List<String> words = new ArrayList<>();
    words.add(rule.statusAsString().toLowerCase(Locale.ROOT));
    words.add("objects " + filter(rule));
    rule.transitions()
        .forEach(
            each ->
                words.add("to " + each.storageClassAsString() + " after " + each.days() + " days"));
    if (rule.expiration() != null) {
      words.add("deleted after " + rule.expiration().days() + " days");
    }
    if (rule.abortIncompleteMultipartUpload() != null) {
      words.add(
          "incomplete uploads deleted after "
              + rule.abortIncompleteMultipartUpload().daysAfterInitiation()
              + " days");
    }
    return String.join("; ", words);
  }

  private static String filter(LifecycleRule rule) {
    if (rule.filter() == null) {
      return "*";
    }
    if (rule.filter().and() == null) {
      return rule.filter().prefix() + "*";
    }
    return rule.filter().and().prefix()
        + "* tagged "
        + rule.filter().and().tags().stream()
            .map(tag -> tag.key() + "=" + tag.value())
            .collect(Collectors.joining(", "));
  }

  private <T> T translating(Supplier<T> call) {
    String doing = "cannot use the lifecycle of bucket " + location.bucket();
    try {
      return S3Failure.translating(doing, call);
    } catch (ArchiveFailure failure) {
      if (failure.getCause() instanceof S3Exception e
          && (e.statusCode() == 501 || S3Failure.code(e).equals("NotImplemented"))) {
        throw new ArchiveFailure(
            ArchiveError.CONFIGURATION_INVALID,
            doing + ": the server does not know lifecycle rules",
            "Delete objects tagged archivist-expire=yes by other means of that server.",
            e);
      }
      throw failure;
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
