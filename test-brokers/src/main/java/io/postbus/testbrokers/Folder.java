package io.postbus.testbrokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder and what it takes to remove one. */
final class Folder {
  private Folder() {}

  static Path create(String name) {
    try {
      return Files.createTempDirectory("postbus-" + name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for " + name, e);
    }
  }

  /** The folder of this name in each of the folders here; none if there is no such place. */
  static String[] children(Path place, String name) {
    if (!Files.isDirectory(place)) {
      return new String[0];
    }
    try (Stream<Path> children = Files.list(place)) {
      return children.map(child -> child.resolve(name).toString()).toArray(String[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + place, e);
    }
  }

  /** Removes it with all that is in it; nothing happens if it is not there. */
  static void delete(Path folder) {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> leavesFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : leavesFirst) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // Gone already: the guard of an ended server removes folders too.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  /** The last lines of a text file, or what stands in the way of reading it. */
  static String tail(Path file, int lines) {
    try {
      List<String> all = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }
}
