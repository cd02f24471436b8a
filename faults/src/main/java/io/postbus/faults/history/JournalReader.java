package io.postbus.faults.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads a journal while it is written, whole lines only. One thread. */
final class JournalReader implements AutoCloseable {
  private static final int PORTION = 1 << 20;

  private final FileChannel file;
  private final byte[] portion = new byte[PORTION];
  private long position;

  JournalReader(Path path) {
    try {
      this.file = FileChannel.open(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the journal " + path, e);
    }
  }

  /** Hands over what has been written since the last call. */
  void read(Consumer<Event> to) {
    try {
      int length;
      do {
        length = file.read(ByteBuffer.wrap(portion), position);
      } while (length > 0 && lines(length, to));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a journal", e);
    }
  }

  /** Whether there was at least one whole line. */
  private boolean lines(int length, Consumer<Event> to) {
    int begin = 0;
    for (int i = 0; i < length; i++) {
      if (portion[i] == '\n') {
        to.accept(Event.parse(new String(portion, begin, i - begin, StandardCharsets.UTF_8)));
        begin = i + 1;
      }
    }
    position += begin;
    return begin > 0;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close a journal", e);
    }
  }
}
