package io.postbus;

import io.postbus.message.Names;
import io.postbus.spi.Order;
import io.postbus.spi.Rate;
import io.postbus.spi.Start;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What a group gets and how it is handled. Immutable: what changes it returns a changed copy.
 *
 * <p>It is long because it is one word for each thing that can be said about a consumer.
 */
public final class Subscription {
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

  /**
   * When a consumer takes it that not its messages are at fault but what it works with: so many new
   * ones have failed in a row. It then pauses and tries one at a time, uncounted, until one is
   * handled. Of one process; what is pulled goes without.
   *
   * <p>In a group with an order, where a failing message keeps others from failing, every attempt
   * counts, of at least two messages, and a quarter as many messages are enough before the first of
   * them would be dead. When nothing has been handled for as long as a schedule lasts, the failures
   * of one message count until it has no attempt left, and what is behind it is tried: if that is
   * handled the first one is dead, if not it has its attempts again. What is first and has nothing
   * behind it, or something as bad, is given up on after the circuit's patience. An exception that
   * is {@link NotRetryable}, {@link Delivery#deadLetter} and {@link Delivery#release} say nothing
   * of the kind.
   *
   * @param failures how many in a row; 0 for never
   * @param probe the time between two tries, from 1 ms
   * @param patience with an order: after so long one message is given up on, and so again after
   *     each, although nothing shows that it is to blame; from 1 ms
   */
  public record Circuit(int failures, Duration probe, Duration patience) {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    public static final Circuit DEFAULT =
        new Circuit(20, Duration.ofSeconds(5), Duration.ofMinutes(15));

    /** Never pauses. */
    public static final Circuit OFF = new Circuit(0, DEFAULT.probe);

    public Circuit {
      if (failures < 0 || probe.compareTo(SHORTEST) < 0 || patience.compareTo(SHORTEST) < 0) {
        throw new IllegalArgumentException(
            "circuit needs at least 0 failures, and a probe and a patience of at least 1ms");
      }
    }

    /** With the patience of a quarter of an hour. */
    public Circuit(int failures, Duration probe) {
      this(failures, probe, Duration.ofMinutes(15));
    }
  }

  private final Words words;

  private Subscription(Words words) {
    this.words = words;
  }

  /** A subscription of this group with the defaults, to which topics are to be added. */
  public static Subscription group(String name) {
    return new Subscription(new Words(Names.group(name)));
  }

  /** The same for another group, with another consumer name. */
  public Subscription named(String group) {
    Names.group(group);
    return with(
        w -> {
          w.group = group;
          w.consumer = group;
        });
  }

  public String group() {
    return words.group;
  }

  public Set<String> topics() {
    return words.topics;
  }

  public TypeFilter events() {
    return words.events;
  }

  /** The module's name for metrics and logs; empty outside of modules. */
  public String module() {
    return words.module;
  }

  /** The consumer's name for metrics and logs; the group's by default. */
  public String consumer() {
    return words.consumer;
  }

  /** The connection by its name in the configuration; empty for the default. */
  public String driver() {
    return words.driver;
  }

  /** Where the group begins when it is new. */
  public Start start() {
    return words.start;
  }

  public Order order() {
    return words.order;
  }

  /** How many handlers run at a time in this process. */
  public int concurrency() {
    return words.concurrency;
  }

  /** A delivery that is unsettled after it is a failed attempt. */
  public Duration timeout() {
    return words.timeout;
  }

  public RetrySchedule retry() {
    return words.retry;
  }

  /** How messages are taken from the broker. */
  public Fetch fetch() {
    return words.fetch;
  }

  /** How batches are made up, for a {@link BatchHandler}. */
  public Batch batch() {
    return words.batch;
  }

  /** How many deliveries may begin in a time, in this process. */
  public Optional<Rate> rateLimit() {
    return words.rateLimit;
  }

  /** Whether the handler settles; returning does not acknowledge then. */
  public boolean manualAck() {
    return words.manualAck;
  }

  /** How what a handler has completed is recognised when it comes again, if at all. */
  public Optional<Idempotent> idempotent() {
    return words.idempotent;
  }

  /** When so much fails that the consumer pauses. */
  public Circuit circuit() {
    return words.circuit;
  }

  /** The topics; at least one, unless the group only gets what is sent to it directly. */
  public Subscription topics(String... names) {
    return topics(List.of(names));
  }

  /** The topics. */
  public Subscription topics(Collection<String> names) {
    names.forEach(Names::topic);
    Set<String> sorted = Collections.unmodifiableSet(new TreeSet<>(names));
    return with(w -> w.topics = sorted);
  }

  /** The event types wanted, by name or with {@code *}; all by default. */
  public Subscription events(String... patterns) {
    return with(w -> w.events = TypeFilter.of(patterns));
  }

  /** The event types wanted, by name or with {@code *}; all by default. */
  public Subscription events(Collection<String> patterns) {
    return with(w -> w.events = TypeFilter.of(patterns));
  }

  public Subscription module(String name) {
    return with(w -> w.module = name);
  }

  public Subscription consumer(String name) {
    return with(w -> w.consumer = name);
  }

  public Subscription driver(String name) {
    return with(w -> w.driver = name);
  }

  /** Where the group begins when it is new. */
  public Subscription start(Start from) {
    return with(w -> w.start = from);
  }

  public Subscription order(Order wanted) {
    return with(w -> w.order = wanted);
  }

  public Subscription concurrency(int handlers) {
    if (handlers < 1 || handlers > 10_000) {
      throw new IllegalArgumentException(
          "concurrency is " + handlers + ", must be from 1 to 10000");
    }
    return with(w -> w.concurrency = handlers);
  }

  public Subscription timeout(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("timeout is " + limit + ", must be above zero");
    }
    return with(w -> w.timeout = limit);
  }

  /**
   * When what has failed is tried again. Left out, it is {@link RetrySchedule#DEFAULT}; in a group
   * with an order as many of its delays as the broker lets a delivery be held for.
   */
  public Subscription retry(RetrySchedule schedule) {
    return with(w -> w.retry = schedule);
  }

  public Subscription fetch(int max, Duration every) {
    Fetch fetch = new Fetch(max, every);
    return with(w -> w.fetch = fetch);
  }

  public Subscription batch(int size, Duration wait) {
    Batch batch = new Batch(size, wait);
    return with(w -> w.batch = batch);
  }

  public Subscription rateLimit(Rate limit) {
    return with(w -> w.rateLimit = Optional.of(limit));
  }

  /** Messages are recognised by their id for so long; see {@link Idempotent}. */
  public Subscription idempotent(Duration keep) {
    return idempotent(new Idempotent(keep, Idempotent.By.ID));
  }

  /** Messages are recognised like this. */
  public Subscription idempotent(Idempotent how) {
    return with(w -> w.idempotent = Optional.of(how));
  }

  /** Every copy of a message is handled, the default. */
  public Subscription repeatable() {
    return with(w -> w.idempotent = Optional.empty());
  }

  /** The handler settles each delivery itself; one that it leaves is a failure at the timeout. */
  public Subscription manual() {
    return with(w -> w.manualAck = true);
  }

  /** When so much fails that the consumer pauses; {@link Circuit#OFF} for never. */
  public Subscription circuit(Circuit when) {
    return with(w -> w.circuit = when);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Subscription s && Arrays.equals(words.all(), s.words.all());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words.all());
  }

  @Override
  public String toString() {
    return "Subscription" + Arrays.toString(words.all());
  }

  private Subscription with(Consumer<Words> change) {
    Words changed = words.copy();
    change.accept(changed);
    return new Subscription(changed);
  }

  /** What has been said. Changed only before anybody else sees it. */
  private static final class Words implements Cloneable {
    private String group;
    private Set<String> topics = Set.of();
    private TypeFilter events = TypeFilter.all();
    private String module = "";
    private String consumer;
    private String driver = "";
    private Start start = Start.LATEST;
    private Order order = Order.NONE;
    private int concurrency = 8;
    private Duration timeout = Duration.ofMinutes(5);
    private RetrySchedule retry = RetrySchedule.DEFAULT;
    private Fetch fetch = Fetch.AUTO;
    private Batch batch = Batch.DEFAULT;
    private Optional<Rate> rateLimit = Optional.empty();
    private boolean manualAck;
    private Optional<Idempotent> idempotent = Optional.empty();
    private Circuit circuit = Circuit.DEFAULT;

    Words(String group) {
      this.group = group;
      this.consumer = group;
    }

    Words copy() {
      try {
        return (Words) clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("It is cloneable", e);
      }
    }

    Object[] all() {
      return new Object[] {
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
        idempotent,
        circuit
      };
    }
  }
}
