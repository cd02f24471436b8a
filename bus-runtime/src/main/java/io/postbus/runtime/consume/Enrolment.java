package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.spi.BusException;
import io.postbus.spi.Group;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.Topology;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the group exist, on the broker and in the registry. Without the registry's store a member
 * joins all the same, and the group is registered when the store is back: the broker knows it, and
 * what succeeds needs no store. Thread-safe.
 */
final class Enrolment {
  private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);

  private final ConsumeContext context;
  private final Subscription subscription;
  private final Backoff backoff = new Backoff();
  private volatile @Nullable String trouble;
  private volatile boolean closed;
  private @Nullable Thread later;

  Enrolment(ConsumeContext context, Subscription subscription) {
    this.context = context;
    this.subscription = subscription;
  }

  /**
   * Makes it exist; repeating it does no harm. Blocking.
   *
   * @throws io.postbus.spi.BusException if the broker is away, or broker or store does not want it
   */
  Group declare() {
    Topology topology = context.driver().topology();
    for (TopicSpec topic : context.topics()) {
      topology.declare(topic);
    }
    Group group =
        new Group(
            subscription.group(),
            subscription.topics(),
            context.mapsTypes() ? TypeFilter.all() : subscription.events(),
            subscription.order(),
            since());
    topology.declare(group, subscription.start());
    try {
      register(group);
    } catch (BusException e) {
      if (!e.retryable()) {
        throw e;
      }
      LOG.warn("{} is joined, but not registered yet: {}", group.name(), e.toString());
      registerLater(group, e);
    }
    return group;
  }

  /** The first registration's time: a broker may have forgotten where the group was since then. */
  private Instant since() {
    Instant now = context.timeline().instant();
    try {
      return context.groups().find(subscription.group()).map(Group::since).orElse(now);
    } catch (BusException e) {
      LOG.debug("It is not known since when {} is registered", subscription.group(), e);
      return now;
    }
  }

  /** Why the group is not registered, or null. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Nothing is registered any more. */
  void close() {
    closed = true;
    synchronized (this) {
      if (later != null) {
        LockSupport.unpark(later);
      }
    }
  }

  private void register(Group group) {
    Optional<Group> before = context.groups().register(group);
    before
        .filter(b -> !sameAs(b, group))
        .ifPresent(b -> context.driver().topology().retire(b, group));
    trouble = null;
  }

  private synchronized void registerLater(Group group, BusException why) {
    trouble = "the group is not registered: " + why.getMessage();
    if (later == null) {
      String name = "postbus-" + group.name() + "-enrolment";
      later = Threads.daemons(name).newThread(() -> keepRegistering(group));
      later.start();
    }
  }

  private void keepRegistering(Group group) {
    boolean done = false;
    while (!done && !closed) {
      pause(backoff.next());
      try {
        register(group);
        LOG.info("{} is registered now", group.name());
        done = true;
      } catch (RuntimeException e) {
        LOG.debug("{} cannot be registered yet", group.name(), e);
        trouble = "the group is not registered: " + e.getMessage();
      }
    }
    synchronized (this) {
      later = null;
      backoff.reset();
    }
  }

  private void pause(Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    for (long left = wait.toNanos(); left > 0 && !closed; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  private static boolean sameAs(Group before, Group now) {
    return before.topics().equals(now.topics()) && before.types().equals(now.types());
  }
}
