package io.postbus.cli.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one process has done, a line each, written before it goes on: it survives {@code kill -9}. A
 * line is a word, an id, a time in µs since 1970 and sometimes another word. Thread-safe.
 */
final class Journal implements AutoCloseable {
  /** A line that is whole. */
  record Line(String what, String id, long micros, String more) {}

  private static final String SUFFIX = ".journal";

  private final FileChannel file;

  /** Goes on writing the journal of this name. */
  Journal(Path folder, String name) throws IOException {
    file =
        FileChannel.open(
            folder.resolve(name + SUFFIX), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    // Whoever was killed before may have left half a line.
    append("\n");
  }

  void write(String what, String id, Instant when, String more) {
    append(what + " " + id + " " + micros(when) + " " + more + "\n");
  }

  static long micros(Instant when) {
    return when.getEpochSecond() * 1_000_000 + when.getNano() / 1_000;
  }

  /** The lines of all journals of a folder. */
  static List<Line> read(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(SUFFIX))
          .flatMap(Journal::lines)
          .map(line -> line.split(" ", -1))
          .filter(words -> words.length == 4)
          .map(w -> new Line(w[0], w[1], Long.parseLong(w[2]), w[3]))
          .toList();
    }
  }

  /** Up to the last end of a line: the rest is being written. */
  private static Stream<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void append(String text) {
    try {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
