package io.postbus;

import java.time.Duration;
import java.util.List;

/**
 * A member of a group that asks for messages. Each delivery is settled by the caller, within the
 * subscription's timeout. Thread-safe.
 */
public interface Puller extends AutoCloseable {
  /**
   * Takes what is there, waiting for the first up to the timeout. In a group with an order, the
   * next of a key comes once the one before it is settled.
   *
   * @param max at least 1; at most the subscription's {@code fetch.max}, or concurrency, are held
   *     unsettled at a time
   * @return none when the time is over or the thread is interrupted, which stays so
   * @throws io.postbus.spi.ClosedException once closed, also out of the wait
   */
  List<Delivery> pull(int max, Duration timeout);

  /** Gives back what is unsettled and leaves the group. Idempotent. */
  @Override
  void close();
}
