package io.postbus.benchmarks;

import java.nio.ByteBuffer;

/**
 * The body of a measured message: its run, its number in the run, when it was published, filling.
 */
final class Payload {
  static final int LEAST = 16;

  private Payload() {}

  static byte[] of(int run, int number, int size) {
    byte[] body = new byte[Math.max(LEAST, size)];
    ByteBuffer.wrap(body).putInt(run).putInt(number).putLong(System.nanoTime());
    return body;
  }

  static int run(byte[] body) {
    return ByteBuffer.wrap(body).getInt(0);
  }

  static int number(byte[] body) {
    return ByteBuffer.wrap(body).getInt(4);
  }

  /** By {@link System#nanoTime()}. */
  static long published(byte[] body) {
    return ByteBuffer.wrap(body).getLong(8);
  }
}
