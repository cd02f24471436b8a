package io.postbus;

import io.postbus.message.Names;
import io.postbus.spi.Order;
import io.postbus.spi.Rate;
import io.postbus.spi.Start;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a group gets and how it is handled. Immutable: each method returns a changed copy.
 *
 * @param module the module's name for metrics and logs; empty outside of modules
 * @param consumer the consumer's name for metrics and logs; the group's by default
 * @param driver the connection by its name in the configuration; empty for the default
 * @param concurrency how many handlers run at a time in this process
 * @param timeout a delivery that is unsettled after it is a failed attempt
 * @param fetch how messages are taken from the broker
 * @param batch how batches are made up, for a {@link BatchHandler}
 * @param rateLimit how many deliveries may begin in a time, in this process
 * @param manualAck the handler settles; returning does not acknowledge
 * @param idempotent how what a handler has completed is recognised when it comes again, if at all
 */
public record Subscription(
    String group,
    Set<String> topics,
    TypeFilter events,
    String module,
    String consumer,
    String driver,
    Start start,
    Order order,
    int concurrency,
    Duration timeout,
    RetrySchedule retry,
    Fetch fetch,
    Batch batch,
    Optional<Rate> rateLimit,
    boolean manualAck,
    Optional<Idempotent> idempotent) {

  /**
   * How messages are taken from the broker.
   *
   * @param max the most a fetch takes, and about as many are held ahead of the handlers; 0 for as
   *     many as are handled in a fifth of a second
   * @param every the least time between two fetches
   */
  public record Fetch(int max, Duration every) {
    public static final Fetch AUTO = new Fetch(0, Duration.ZERO);

    public Fetch {
      if (max < 0 || every.isNegative()) {
        throw new IllegalArgumentException("fetch needs a max and a time of at least zero");
      }
    }
  }

  /**
   * How a batch is made up: it is full, or its first message has waited this long.
   *
   * @param size at least 1
   */
  public record Batch(int size, Duration linger) {
    public static final Batch DEFAULT = new Batch(100, Duration.ofMillis(50));

    public Batch {
      if (size < 1 || linger.isNegative()) {
        throw new IllegalArgumentException(
            "batch needs a size of at least 1 and a linger of at least zero");
      }
    }
  }

  /**
   * How a message that the group has completed is recognised when it comes again: it is then
   * acknowledged unhandled, and counted. Marked after the handler and before the acknowledgement; a
   * crash in between is one more handling, unless the handler has used {@link Delivery#completeIn}.
   *
   * @param keep how long it is remembered, from 1 s
   */
  public record Idempotent(Duration keep, By by) {
    /** How long {@link Delivery#completeIn} remembers where nothing is said. */
    public static final Duration KEEP = Duration.ofDays(7);

    /** What makes two messages the same. */
    public enum By {
      /** The message's id. */
      ID,
      /** Its key and payload: for publishers that give each copy another id. */
      FINGERPRINT
    }

    public Idempotent {
      if (keep.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException("idempotent is " + keep + ", must be 1s or longer");
      }
    }
  }

  public Subscription {
    Names.group(group);
    topics.forEach(Names::topic);
    topics = Collections.unmodifiableSet(new TreeSet<>(topics));
    if (concurrency < 1 || concurrency > 10_000) {
      throw new IllegalArgumentException(
          "concurrency is " + concurrency + ", must be from 1 to 10000");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout is " + timeout + ", must be above zero");
    }
  }

  /** A subscription of this group with the defaults, to which topics are to be added. */
  public static Subscription group(String name) {
    return new Subscription(
        name,
        Set.of(),
        TypeFilter.all(),
        "",
        name,
        "",
        Start.LATEST,
        Order.NONE,
        8,
        Duration.ofMinutes(5),
        RetrySchedule.DEFAULT,
        Fetch.AUTO,
        Batch.DEFAULT,
        Optional.empty(),
        false,
        Optional.empty());
  }

  /** The topics; at least one, unless the group only gets what is sent to it directly. */
  public Subscription topics(String... names) {
    return new Subscription(
        group,
        Set.copyOf(List.of(names)),
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  /** The topics. */
  public Subscription topics(Collection<String> names) {
    return new Subscription(
        group,
        Set.copyOf(names),
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  /** The event types wanted, by name or with {@code *}; all by default. */
  public Subscription events(String... patterns) {
    return new Subscription(
        group,
        topics,
        TypeFilter.of(patterns),
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  /** The event types wanted, by name or with {@code *}; all by default. */
  public Subscription events(Collection<String> patterns) {
    return new Subscription(
        group,
        topics,
        TypeFilter.of(patterns),
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription module(String name) {
    return new Subscription(
        group,
        topics,
        events,
        name,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription consumer(String name) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        name,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription driver(String name) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        name,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  /** Where the group begins when it is new. */
  public Subscription start(Start from) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        from,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription order(Order wanted) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        wanted,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription concurrency(int handlers) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        order,
        handlers,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription timeout(Duration limit) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        limit,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription retry(RetrySchedule schedule) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        schedule,
        fetch,
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription fetch(int max, Duration every) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        new Fetch(max, every),
        batch,
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription batch(int size, Duration wait) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        new Batch(size, wait),
        rateLimit,
        manualAck,
        idempotent);
  }

  public Subscription rateLimit(Rate limit) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        Optional.of(limit),
        manualAck,
        idempotent);
  }

  /** Messages are recognised by their id for so long; see {@link Idempotent}. */
  public Subscription idempotent(Duration keep) {
    return idempotent(new Idempotent(keep, Idempotent.By.ID));
  }

  /** Messages are recognised like this. */
  public Subscription idempotent(Idempotent how) {
    return recognising(Optional.of(how));
  }

  /** Every copy of a message is handled, the default. */
  public Subscription repeatable() {
    return recognising(Optional.empty());
  }

  private Subscription recognising(Optional<Idempotent> how) {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        manualAck,
        how);
  }

  /** The handler settles each delivery itself; one that it leaves is a failure at the timeout. */
  public Subscription manual() {
    return new Subscription(
        group,
        topics,
        events,
        module,
        consumer,
        driver,
        start,
        order,
        concurrency,
        timeout,
        retry,
        fetch,
        batch,
        rateLimit,
        true,
        idempotent);
  }
}
