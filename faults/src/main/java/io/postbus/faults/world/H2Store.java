package io.postbus.faults.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The embedded store: a file that the nodes share. What it keeps free of the disk is a little less
 * than what is free, and a large file beside it takes that. One thread.
 */
final class H2Store implements StoreGround.OnDisk {
  /** More than others on this machine write meanwhile. */
  private static final long MARGIN = 1L << 30;

  private final Path folder;
  private final Path filler;
  private final long margin;
  private final long kept;

  H2Store() {
    try {
      folder = Files.createTempDirectory("postbus-h2-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    filler = folder.resolve("filler");
    long free = folder.toFile().getUsableSpace();
    margin = Math.min(MARGIN, free / 4);
    kept = free - margin;
  }

  @Override
  public String name() {
    return "h2";
  }

  @Override
  public Map<String, String> settings(String node) {
    return Map.of(
        "store.type",
        "jdbc",
        "store.url",
        "jdbc:h2:async:" + folder.resolve("postbus") + ";AUTO_SERVER=TRUE",
        "store.keep-free",
        Long.toString(kept));
  }

  /** Reserves blocks of the disk without writing them. */
  @Override
  public void fill() {
    List<String> command =
        List.of("fallocate", "--length", Long.toString(2 * margin), filler.toString());
    try {
      if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot fill the disk", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while filling the disk", e);
    }
  }

  @Override
  public void makeRoom() {
    try {
      Files.deleteIfExists(filler);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make room", e);
    }
  }

  @Override
  public void close() {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
