package io.postbus.runtime.consume;

import io.postbus.Delivery;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Puller;
import io.postbus.Subscription;
import io.postbus.Subscription.Circuit;
import io.postbus.spi.ClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group whose caller asks for what it gets. It joins by itself, as soon as the broker
 * lets it. Thread-safe.
 */
public final class PullMember implements Puller {
  private static final Duration CLOSE = Duration.ofSeconds(9);

  /** How often a caller who waits looks whether the member has been closed. */
  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

  private final Subscription subscription;
  private final Parts parts;
  private final BlockingQueue<Job> ready = new LinkedBlockingQueue<>();
  private final @Nullable Throttle<Job> throttle;
  private volatile boolean closed;

  private PullMember(Subscription s, ConsumeContext context) {
    this.subscription = s;
    this.parts =
        new Parts(
            s.circuit(Circuit.OFF),
            context,
            InFlightLimit.ofPuller(s),
            Lanes.to(ready::add),
            this::ended);
    this.throttle = Throttle.of(s, context.timeline(), job -> 1, ready::add);
  }

  /**
   * Joins; returns at once.
   *
   * @throws io.postbus.spi.ConfigurationException if the subscription does not fit the driver
   */
  public static PullMember join(Subscription given, ConsumeContext context) {
    Subscription s = Fit.checked(given, context);
    PullMember member = new PullMember(s, context);
    member.parts.start();
    return member;
  }

  /**
   * Waits until it has joined; returns, too, when the limit is over, and it then joins later.
   *
   * @throws io.postbus.spi.BusException if it never can
   */
  public void awaitJoined(Duration limit) {
    parts.awaitJoined(limit);
  }

  public Subscription subscription() {
    return subscription;
  }

  public ConsumerHealth health() {
    return parts.health(parts.condition());
  }

  /** As {@link Member#hungry()}. */
  public boolean hungry() {
    return parts.membership.hungry();
  }

  @Override
  public List<Delivery> pull(int max, Duration timeout) {
    if (max < 1) {
      throw new IllegalArgumentException("Cannot pull " + max + " deliveries");
    }
    List<Delivery> pulled = new ArrayList<>();
    long until = System.nanoTime() + timeout.toNanos();
    while (pulled.size() < max) {
      Job job = pulled.isEmpty() ? await(until) : ready.poll();
      if (job == null) {
        break;
      }
      if ((throttle == null || throttle.admits(job)) && parts.beginning.begin(job, null)) {
        job.lend();
        pulled.add(job);
      }
    }
    return pulled;
  }

  private @Nullable Job await(long until) {
    try {
      while (!closed) {
        long left = until - System.nanoTime();
        Job job = ready.poll(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
        if (job != null || left <= LOOK_NANOS) {
          return job;
        }
      }
      throw new ClosedException("The puller of " + subscription.group());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public void close() {
    closed = true;
    parts.membership.close(Duration.ZERO);
    parts.awaitEnd(CLOSE);
  }

  private void ended() {
    closed = true;
  }
}
