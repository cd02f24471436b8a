package io.postbus.spi.support;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The places of messages that await their confirmation. Large ones, of which as many as there are
 * places would take all memory, need a part of a common allowance as well: 1,024 parts, one for
 * each whole 64 KiB of theirs, so that they are less than 128 MiB together. Small ones need a place
 * only. Thread-safe.
 */
public final class Window {
  private static final int PART_SHIFT = 16;
  private static final int PARTS = 1024;

  /** More than any window, and far from an overflow. */
  private static final int ROOM_FOR_ALL = 1 << 30;

  private final Semaphore places;
  private final Semaphore parts = new Semaphore(PARTS);

  /** So many messages at a time. */
  public Window(int size) {
    places = new Semaphore(size);
  }

  /** Takes a place for a message of this size, if there is one. */
  public boolean tryEnter(int bytes) {
    if (!places.tryAcquire()) {
      return false;
    }
    if (isSmall(bytes) || parts.tryAcquire(parts(bytes))) {
      return true;
    }
    places.release();
    return false;
  }

  /**
   * Takes a place for a message of this size.
   *
   * @param nanos how long to wait for it
   * @return false if there was none in time
   */
  public boolean enter(int bytes, long nanos) throws InterruptedException {
    if (tryEnter(bytes)) {
      return true;
    }
    long until = System.nanoTime() + nanos;
    if (!places.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      return false;
    }
    if (isSmall(bytes)) {
      return true;
    }
    boolean entered = false;
    try {
      entered = parts.tryAcquire(parts(bytes), until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } finally {
      if (!entered) {
        places.release();
      }
    }
    return entered;
  }

  /** Gives the place of a message of this size back. */
  public void leave(int bytes) {
    if (!isSmall(bytes)) {
      parts.release(parts(bytes));
    }
    places.release();
  }

  /** Lets everybody in who waits, as nothing will be sent any more. */
  public void close() {
    places.release(ROOM_FOR_ALL);
    parts.release(ROOM_FOR_ALL);
  }

  private static boolean isSmall(int bytes) {
    return bytes < 1 << PART_SHIFT;
  }

  /** One that is larger than all of them has them all for itself. */
  private static int parts(int bytes) {
    return Math.min(PARTS, bytes >> PART_SHIFT);
  }
}
