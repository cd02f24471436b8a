package io.postbus.cli.demo;

import io.postbus.Bus;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.examples.live.Live;
import io.postbus.examples.live.Live.DurationReached;
import io.postbus.examples.live.Live.IncomeEarned;
import io.postbus.examples.live.Live.RateSet;
import io.postbus.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The site whose events the modules get: it publishes what its streamers do. Thread-safe. */
final class Site {
  private final Bus bus;
  private final Ledger ledger;
  private final Map<String, Instant> due;

  /**
   * A site.
   *
   * @param due where it notes when delayed messages are to be sent, by their ids
   */
  Site(Bus bus, Ledger ledger, Map<String, Instant> due) {
    this.bus = bus;
    this.ledger = ledger;
    this.due = due;
  }

  void earned(String uid, long amount, String currency) {
    bus.publish(income(uid, amount, currency));
  }

  /** Many small gifts at once, confirmed one by one. */
  void gifts(int count) {
    List<Message> gifts =
        IntStream.range(0, count).mapToObj(i -> income("viewer-" + i % 20, 1, "coins")).toList();
    bus.publishAll(gifts)
        .forEach(
            result -> {
              if (!result.published()) {
                throw result.error().orElseThrow();
              }
            });
  }

  void earnsLater(String uid, long amount, Duration delay) {
    later(income(uid, amount, "coins"), delay, Publish.after(delay));
  }

  void streamed(String uid, long minutes) {
    bus.publish(duration(uid, minutes));
  }

  void streamsUntil(String uid, long minutes, Duration delay) {
    later(duration(uid, minutes), delay, Publish.after(delay).handle("stream:" + uid));
  }

  /** The stream ends before its hour is full. */
  boolean cancels(String uid) {
    String handle = "stream:" + uid;
    List<String> ids =
        bus.delayed().find(handle).stream().map(waiting -> waiting.message().id()).toList();
    boolean cancelled = bus.delayed().cancel(handle) == Outcome.DONE;
    if (cancelled) {
      ids.forEach(ledger::cancelled);
    }
    return cancelled;
  }

  void sets(String currency, long coins) {
    bus.publish(Message.of(Live.RATES, "RateSet", new RateSet(currency, coins)));
  }

  private void later(Message message, Duration delay, PublishOptions options) {
    due.put(message.id(), Instant.now().plus(delay));
    bus.publish(message, options);
  }

  private static Message income(String uid, long amount, String currency) {
    IncomeEarned event = new IncomeEarned(uid, amount, currency);
    return Message.of(Live.INCOME, "IncomeEarned", event).key(uid);
  }

  private static Message duration(String uid, long minutes) {
    DurationReached event = new DurationReached(uid, minutes);
    return Message.of(Live.DURATION, "DurationReached", event).key(uid);
  }
}
