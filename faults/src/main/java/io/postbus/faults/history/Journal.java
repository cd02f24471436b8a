package io.postbus.faults.history;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file in which one process writes down what it does. A line is with the operating system when
 * {@link #write} returns, so that the process may be killed then. Thread-safe.
 */
public final class Journal implements AutoCloseable {
  private final OutputStream out;

  private Journal(OutputStream out) {
    this.out = out;
  }

  /** Goes on after what the file has. */
  public static Journal open(Path file) {
    try {
      return new Journal(
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the journal " + file, e);
    }
  }

  public void write(Event event) {
    byte[] line = (event.line() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      synchronized (this) {
        out.write(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to the journal", e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the journal", e);
    }
  }
}
