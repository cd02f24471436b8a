package io.postbus.driver.rabbitmq;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Lets a writer send many frames by one system call. The client flushes after each: held, a flush
 * does nothing, and what was written goes out by {@link #send}, by the flush of anybody who does
 * not hold it, or when there is too much of it. Thread-safe; writes block as the socket does.
 */
final class Gathering extends OutputStream {
  /** Gathers nothing: over TLS the client flushes as it likes. */
  static final Gathering NONE = new Gathering(OutputStream.nullOutputStream(), 0);

  private static final int SIZE = 32 * 1024;

  private final OutputStream out;
  private final byte[] buffer;
  private int count;
  private volatile long holder;

  Gathering(OutputStream out) {
    this(out, SIZE);
  }

  private Gathering(OutputStream out, int size) {
    this.out = out;
    this.buffer = new byte[size];
  }

  /** From now on flushes of the calling thread do nothing; it must not wait for an answer. */
  void hold() {
    holder = Thread.currentThread().getId();
  }

  /** What the calling thread flushes goes out again; what it held goes out with it. */
  void release() {
    holder = 0;
  }

  /** Sends what was held. */
  synchronized void send() throws IOException {
    if (count > 0) {
      int all = count;
      count = 0;
      out.write(buffer, 0, all);
    }
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) throws IOException {
    if (length > buffer.length - count) {
      send();
    }
    if (length > buffer.length) {
      out.write(bytes, from, length);
    } else {
      System.arraycopy(bytes, from, buffer, count, length);
      count += length;
    }
  }

  @Override
  public void flush() throws IOException {
    if (holder != Thread.currentThread().getId()) {
      send();
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
