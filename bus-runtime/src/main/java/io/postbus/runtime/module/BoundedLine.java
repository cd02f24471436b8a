package io.postbus.runtime.module;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Reads lines whose length has a limit: what is beyond it is dropped, up to the line's end. */
final class BoundedLine {
  private BoundedLine() {}

  /** The next line without its end, or null after the last. */
  static @Nullable String read(Reader in, int limit) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    while (c >= 0 && c != '\n') {
      if (line.length() < limit) {
        line.append((char) c);
      }
      c = in.read();
    }
    int end = line.length();
    if (end > 0 && line.charAt(end - 1) == '\r') {
      line.setLength(end - 1);
    }
    return line.toString();
  }
}
