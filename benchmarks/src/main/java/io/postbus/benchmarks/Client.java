package io.postbus.benchmarks;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A library on one broker, as the cases use it: set up as well as its own documentation knows how.
 * One thread calls it.
 */
interface Client extends AutoCloseable {
  /** How messages are published. */
  enum Way {
    /** Confirmed, with at most 1,000 unconfirmed at a time. */
    CONFIRMED,
    /** Not confirmed. */
    RAPID,
    /** Confirmed, 500 at a time, and handled in batches of 100. */
    BATCH,
    /** Kept until every group has acknowledged. */
    GUARANTEED
  }

  int WINDOW = 1_000;
  int PREFETCH = 500;
  int PUBLISH_BATCH = 500;
  int HANDLE_BATCH = 100;

  /**
   * From now on each of the groups gets what is published to the topic.
   *
   * @param ordered as in {@link #receive}
   */
  void declare(String topic, List<String> groups, boolean ordered) throws Exception;

  /** Lets {@code what} publish, and returns when all of it is confirmed; fails if one is not. */
  void publish(Way way, Publication what) throws Exception;

  /**
   * Hands each message of the group to the handler and acknowledges it when that returns, until
   * closed; then everything handled is acknowledged.
   *
   * @param ordered messages of one key are handled in their order, one after the other
   */
  AutoCloseable receive(String topic, String group, Way way, boolean ordered, Consumer<byte[]> to)
      throws Exception;

  @Override
  void close() throws Exception;

  /** What is published. */
  interface Publication {
    void by(Sending sending) throws Exception;
  }

  /** Publishes one by one. One thread. */
  interface Sending {
    /**
     * Publishes one; waits for room where too many are unconfirmed.
     *
     * @param body is not changed any more
     */
    void send(String topic, @Nullable String key, byte[] body) throws Exception;
  }
}
