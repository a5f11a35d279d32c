package dev.archivist.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what with a file, so that a copy of it gives nobody more: its permissions, and the
 * group that some of them are for.
 *
 * @param permissions what owner, group and others may
 * @param group the group's name
 */
public record FileRights(Set<PosixFilePermission> permissions, String group) {
  private static final Set<PosixFilePermission> OF_GROUP =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE);

  private static final Set<PosixFilePermission> UNCONFIRMED =
      PosixFilePermissions.fromString("rw-r-----");

  /** What others may, with what the group may. */
  private static final Map<PosixFilePermission, PosixFilePermission> OF_OTHERS =
      Map.of(
          PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.GROUP_EXECUTE);

  public FileRights {
    permissions = Set.copyOf(permissions);
  }

  /** Those of the file; empty where the file system has none. */
  public static Optional<FileRights> of(Path file) throws IOException {
    return of(view(file));
  }

  /** Those of the file that the view is of; empty if there is no view. */
  public static Optional<FileRights> of(PosixFileAttributeView view) throws IOException {
    if (view == null) {
      return Optional.empty();
    }
    PosixFileAttributes now = view.readAttributes();
    return Optional.of(new FileRights(now.permissions(), now.group().getName()));
  }

  /** As {@link #toString} wrote them; empty for anything else. */
  public static Optional<FileRights> parse(String text) {
    int end = text.indexOf(' ');
    if (end < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new FileRights(
              PosixFilePermissions.fromString(text.substring(0, end)), text.substring(end + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** As far as nobody but the store says that these are right: the group reads, others nothing. */
  public FileRights unconfirmed() {
    Set<PosixFilePermission> few = EnumSet.copyOf(UNCONFIRMED);
    few.retainAll(permissions);
    return new FileRights(few, group);
  }

  /**
   * Gives the file these rights. What the group may, it may only if the file can be given to the
   * same group; if not, that group's members are among the others, who may no more than it might.
   */
  public void applyTo(Path file) throws IOException {
    applyTo(view(file));
  }

  /** The same, of the file that the view is of; nothing if there is no view. */
  public void applyTo(PosixFileAttributeView view) throws IOException {
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> allowed = EnumSet.noneOf(PosixFilePermission.class);
    allowed.addAll(permissions);
    if (!isOfGroup(view)) {
      allowed.removeAll(OF_GROUP);
      OF_OTHERS.forEach(
          (others, ofGroup) -> {
            if (!permissions.contains(ofGroup)) {
              allowed.remove(others);
            }
          });
    }
    view.setPermissions(allowed);
  }

  private boolean isOfGroup(PosixFileAttributeView view) throws IOException {
    if (view.readAttributes().group().getName().equals(group)) {
      return true;
    }
    try {
      GroupPrincipal wanted =
          FileSystems.getDefault()
              .getUserPrincipalLookupService()
              .lookupPrincipalByGroupName(group);
      view.setGroup(wanted);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      // there is no such group here, or this user is no member of it
      return false;
    }
  }

  private static PosixFileAttributeView view(Path file) {
    return Files.getFileAttributeView(
        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** As {@code rw-r----- staff}. */
  @Override
  public String toString() {
    return PosixFilePermissions.toString(permissions) + " " + group;
  }
}
