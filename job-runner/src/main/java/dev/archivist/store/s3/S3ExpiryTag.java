package dev.archivist.store.s3;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;

/**
 * The tag by which the bucket's lifecycle rule knows the objects that it may delete. Other tags of
 * the object stay.
 */
record S3ExpiryTag(S3Client client, String bucket, String name) {
  static final Tag TAG = Tag.builder().key("archivist-expire").value("yes").build();

  /** False if there is no such object, or where tags are not known or not shown. */
  boolean isSet() {
    try {
      return client.getObjectTagging(get -> get.bucket(bucket).key(name)).tagSet().stream()
          .anyMatch(tag -> tag.key().equals(TAG.key()));
    } catch (S3Exception e) {
      boolean isGone = e.statusCode() == 404 && !S3Failure.code(e).equals("NoSuchBucket");
      if (isGone || e.statusCode() == 403 || e.statusCode() == 501) {
        return false;
      }
      throw e;
    }
  }

  /** False if there is no such object. */
  boolean set() {
    return change(true);
  }

  /** False if there is no such object. */
  boolean remove() {
    return change(false);
  }

  private boolean change(boolean tagged) {
    try {
      List<Tag> present = client.getObjectTagging(get -> get.bucket(bucket).key(name)).tagSet();
      List<Tag> wanted = new ArrayList<>(present);
      wanted.removeIf(tag -> tag.key().equals(TAG.key()));
      if (tagged) {
        wanted.add(TAG);
      }
      if (wanted.isEmpty() && !present.isEmpty()) {
        client.deleteObjectTagging(delete -> delete.bucket(bucket).key(name));
      } else if (!wanted.equals(present)) {
        client.putObjectTagging(
            put -> put.bucket(bucket).key(name).tagging(tagging -> tagging.tagSet(wanted)));
      }
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == 404 && !S3Failure.code(e).equals("NoSuchBucket")) {
        return false;
      }
      throw e;
    }
  }
}
