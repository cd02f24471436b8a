package io.postbus.driver.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What comes from a socket, read ahead, so that somebody can be told of all that has come at once:
 * to wake a thread for the first message of many costs more than to read the others. One thread
 * reads; any may want to be told.
 */
final class Arriving extends InputStream {
  /** Reads nothing and tells at once: over TLS the client reads as it likes. */
  static final Arriving NONE = new Arriving(InputStream.nullInputStream(), 0);

  private static final int SIZE = 32 * 1024;

  private final InputStream in;
  private final byte[] buffer;
  private final Queue<Runnable> wanting = new ConcurrentLinkedQueue<>();
  private int next;
  private int end;

  Arriving(InputStream in) {
    this(in, SIZE);
  }

  private Arriving(InputStream in, int size) {
    this.in = in;
    this.buffer = new byte[size];
  }

  /** Has this run, by the thread that reads, before it next waits for more. */
  void whenRead(Runnable tell) {
    if (buffer.length == 0) {
      tell.run();
    } else {
      wanting.add(tell);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    if (next == end && length > 0) {
      tell();
      if (length >= buffer.length) {
        return in.read(to, from, length);
      }
      next = 0;
      end = 0;
      int read = in.read(buffer, 0, buffer.length);
      if (read < 0) {
        return -1;
      }
      end = read;
    }
    int some = Math.min(length, end - next);
    System.arraycopy(buffer, next, to, from, some);
    next += some;
    return some;
  }

  private void tell() {
    for (Runnable one = wanting.poll(); one != null; one = wanting.poll()) {
      one.run();
    }
  }

  @Override
  public int available() throws IOException {
    return end - next + in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
