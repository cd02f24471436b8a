package io.postbus.runtime.guarantee;

import io.postbus.message.Message;
import io.postbus.runtime.publish.Ticket;
import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the nodes of other stores, over the broker, which of their guaranteed messages groups here
 * are done with. Gathers what comes within 50 ms. What cannot be sent is tried for a minute; one
 * that is lost costs a duplicate. Thread-safe.
 */
public final class AckSender implements AutoCloseable {
  /** Sends a message to one group. */
  public interface Outlet {
    /** Done when the broker owns it; may wait. */
    CompletionStage<Void> send(@Nullable String connection, String group, Message m);
  }

  private static final Logger LOG = LoggerFactory.getLogger(AckSender.class);
  private static final Duration GATHER = Duration.ofMillis(50);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration TRIED = Duration.ofMinutes(1);
  private static final Duration CLOSING = Duration.ofMillis(500);
  private static final String TYPE = "Acknowledged";

  /** How many are told in one message: some 23 kB. */
  static final int TOGETHER = 500;

  /** How many wait or are on their way at most. */
  static final int MOST = 20_000;

  private record Route(@Nullable String connection, String store) {}

  private record Held(Acknowledgement acknowledgement, long until) {}

  private final Outlet outlet;
  private final Timeline timeline;
  private final Executor thread;
  private final Map<Route, Queue<Held>> waiting = new HashMap<>();
  private int held;
  private boolean scheduled;
  private boolean failing;
  private boolean closed;

  /**
   * A sender that has nothing to send.
   *
   * @param thread for what may wait
   */
  public AckSender(Outlet outlet, Timeline timeline, Executor thread) {
    this.outlet = outlet;
    this.timeline = timeline;
    this.thread = thread;
  }

  /**
   * The group needs the message no more. Returns at once.
   *
   * @param connection on which it came, null for the default one
   */
  public void acknowledge(
      @Nullable String connection, Ticket ticket, String messageId, String group) {
    Acknowledgement a = Acknowledgement.of(ticket, messageId, group);
    Held fresh = new Held(a, timeline.nanos() + TRIED.toNanos());
    synchronized (waiting) {
      if (closed || held == MOST) {
        LOG.debug("Message {} is acknowledged, but will be sent again: no room", messageId);
        return;
      }
      held++;
      queue(new Route(connection, ticket.store())).add(fresh);
      later(GATHER);
    }
  }

  /** Sends what waits, and waits half a second for it. What comes later is lost. Idempotent. */
  @Override
  public void close() {
    synchronized (waiting) {
      if (closed) {
        return;
      }
      closed = true;
    }
    wake();
    long end = System.nanoTime() + CLOSING.toNanos();
    try {
      synchronized (waiting) {
        long left = CLOSING.toNanos();
        while (held > 0 && left > 0) {
          TimeUnit.NANOSECONDS.timedWait(waiting, left);
          left = end - System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Under the lock. */
  private Queue<Held> queue(Route route) {
    return waiting.computeIfAbsent(route, r -> new ArrayDeque<>());
  }

  /** Under the lock. */
  private void later(Duration wait) {
    if (!scheduled) {
      scheduled = true;
      timeline.schedule(wait, this::wake);
    }
  }

  private void wake() {
    try {
      thread.execute(this::send);
    } catch (RejectedExecutionException closing) {
      LOG.debug("Closed with {} acknowledgements unsent", held);
    }
  }

  private void send() {
    Map<Route, Queue<Held>> all;
    synchronized (waiting) {
      scheduled = false;
      all = new HashMap<>(waiting);
      waiting.clear();
    }
    all.forEach(
        (route, queue) -> {
          while (!queue.isEmpty()) {
            send(route, batch(queue));
          }
        });
  }

  private static List<Held> batch(Queue<Held> queue) {
    List<Held> batch = new ArrayList<>(Math.min(TOGETHER, queue.size()));
    while (batch.size() < TOGETHER && !queue.isEmpty()) {
      batch.add(queue.remove());
    }
    return batch;
  }

  private void send(Route route, List<Held> batch) {
    String group = Acknowledgement.group(route.store);
    List<Acknowledgement> all = batch.stream().map(Held::acknowledgement).toList();
    Message m =
        Message.builder(group, TYPE)
            .body(Acknowledgement.write(all))
            .contentType("text/plain")
            .build();
    CompletionStage<Void> unused =
        outlet
            .send(route.connection, group, m)
            .whenComplete((done, error) -> ended(route, batch, error));
  }

  private void ended(Route route, List<Held> batch, @Nullable Throwable error) {
    long now = timeline.nanos();
    synchronized (waiting) {
      for (Held each : batch) {
        if (error != null && !closed && each.until - now > 0) {
          queue(route).add(each);
          later(AGAIN);
        } else {
          held--;
        }
      }
      waiting.notifyAll();
      note(route, error);
    }
  }

  /** Under the lock: people hear of it once. */
  private void note(Route route, @Nullable Throwable error) {
    if (error != null && !failing) {
      LOG.warn(
          "Acknowledgements for the store {} cannot be sent yet; its messages may come again: {}",
          route.store,
          error.toString());
    }
    failing = error != null;
  }
}
