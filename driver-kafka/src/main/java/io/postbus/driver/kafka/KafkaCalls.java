package io.postbus.driver.kafka;

import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/**
 * Calls that wait for the broker: each asks as often as it needs, within one limit. Thread-safe.
 */
final class KafkaCalls implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofMillis(500);

  private final Admin admin;
  private final String driver;
  private final Duration limit;
  private volatile boolean closed;

  KafkaCalls(Admin admin, String driver, Duration limit) {
    this.admin = admin;
    this.driver = driver;
    this.limit = limit;
  }

  /** One call's questions to the broker, with what is left of its time. One thread. */
  static final class Talk {
    private final Admin admin;
    private final long deadline;

    private Talk(Admin admin, Duration limit) {
      this.admin = admin;
      this.deadline = System.nanoTime() + limit.toNanos();
    }

    Admin admin() {
      return admin;
    }

    boolean late() {
      return System.nanoTime() - deadline >= 0;
    }

    /**
     * Waits for the answer.
     *
     * @throws KafkaException what the broker or the client say instead, for the caller to judge
     */
    <T> T answer(KafkaFuture<T> asked) {
      try {
        return asked.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
      } catch (TimeoutException e) {
        throw new org.apache.kafka.common.errors.TimeoutException("no answer in time", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted while waiting for the broker", e);
      }
    }
  }

  <T> T call(String doing, Function<Talk, T> questions) {
    return call(doing, limit, questions);
  }

  <T> T call(String doing, Duration within, Function<Talk, T> questions) {
    if (closed) {
      throw new ClosedException("The driver " + driver);
    }
    try {
      return questions.apply(new Talk(admin, within));
    } catch (KafkaException | IllegalStateException e) {
      if (closed) {
        throw new ClosedException("The driver " + driver);
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new ConnectionException(doing + " was interrupted", e);
      }
      throw KafkaErrors.translate(doing, e);
    }
  }

  /** Calls that wait end at once, with {@link ClosedException}. */
  @Override
  public void close() {
    closed = true;
    admin.close(CLOSE);
  }
}
