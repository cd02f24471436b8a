package io.postbus.store.jdbc;

import io.postbus.spi.ConnectionException;
import java.io.File;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The disk of an embedded database. H2 may stand still for ever once a write of its has failed, and
 * with it all processes on the file: so it is not used while the disk is nearly full. Thread-safe.
 */
final class DiskRoom {
  /** The file's name, behind the names of H2's file systems and before the options. */
  private static final Pattern FILE =
      Pattern.compile("jdbc:h2:(?:[A-Za-z][A-Za-z0-9]+:)*([^;]+).*");

  private static final long MEGABYTE = 1_000_000;

  private final @Nullable File folder;
  private final String place;
  private final long kept;

  DiskRoom(JdbcSettings settings) {
    this.folder = settings.embedded() ? folder(settings.url()) : null;
    this.place = settings.place();
    this.kept = settings.keepFree();
  }

  private static @Nullable File folder(String url) {
    Matcher m = FILE.matcher(url);
    if (!m.matches()) {
      return null;
    }
    String home = System.getProperty("user.home");
    String name = m.group(1).startsWith("~") ? home + m.group(1).substring(1) : m.group(1);
    return new File(name).getAbsoluteFile().getParentFile();
  }

  /**
   * Returns if there is room.
   *
   * @throws ConnectionException that says how much there is, and how much there must be
   */
  void require() {
    File there = folder;
    while (there != null && !there.exists()) {
      there = there.getParentFile();
    }
    if (there == null) {
      return;
    }
    long left = there.getUsableSpace();
    if (left < kept) {
      throw new ConnectionException(
          "The disk of %s has %d MB left, and %d MB of it are to stay free (keep-free): make room there"
              .formatted(place, left / MEGABYTE, kept / MEGABYTE),
          null);
    }
  }
}
