package io.postbus.faults.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The file handles of this process, sockets and pipes among them. */
final class OpenFiles {
  private static final Path OWN = Path.of("/proc/self/fd");

  private OpenFiles() {}

  /** How many there are; 0 where the system does not tell. */
  static long count() {
    if (!Files.isDirectory(OWN)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(OWN)) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
