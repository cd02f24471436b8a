package io.postbus.runtime.consume;

import io.postbus.spi.BusException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes over failed deliveries, so that the broker may forget them. One thread. */
interface NextPlace {
  /**
   * The clock by which it says when retries are due.
   *
   * @throws BusException if it does not answer
   */
  Instant now();

  /**
   * Writes them and waits until they are durable, within the limits of what is underneath.
   *
   * @return for each why it is not there, or null
   */
  List<@Nullable BusException> take(List<Onward> batch);
}
