package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Signals;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the owners of other shards what was put for them, so that they need not find it. Gathers
 * for a few milliseconds. Thread-safe.
 */
final class Hints implements AutoCloseable {
  /** Told what another node has put. */
  interface Listener {
    void hinted(int shard, Instant from, Instant to);
  }

  private record Span(long from, long to) {
    Span and(Span o) {
      return new Span(Math.min(from, o.from), Math.max(to, o.to));
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Hints.class);
  private static final Duration GATHER = Duration.ofMillis(5);

  private final String subject;
  private final Signals signals;
  private final Timeline timeline;
  private final Map<Integer, Span> waiting = new HashMap<>();
  private Signals.@Nullable Listening listening;

  Hints(String store, Signals signals, Timeline timeline) {
    this.subject = "postbus.delay." + store;
    this.signals = signals;
    this.timeline = timeline;
  }

  void listen(Listener listener) {
    listening = signals.listen(subject, text -> receive(text, listener));
  }

  void put(int shard, Slot slot) {
    Span span = new Span(slot.dueMillis(), slot.dueMillis());
    synchronized (waiting) {
      if (waiting.isEmpty()) {
        timeline.schedule(GATHER, this::send);
      }
      waiting.merge(shard, span, Span::and);
    }
  }

  @Override
  public void close() {
    if (listening != null) {
      listening.close();
    }
  }

  private void send() {
    Map<Integer, Span> all;
    synchronized (waiting) {
      all = Map.copyOf(waiting);
      waiting.clear();
    }
    all.forEach((shard, s) -> signals.send(subject, shard + " " + s.from + " " + s.to));
  }

  private static void receive(String text, Listener listener) {
    try {
      String[] parts = text.split(" ", -1);
      listener.hinted(
          Integer.parseInt(parts[0]),
          Instant.ofEpochMilli(Long.parseLong(parts[1])),
          Instant.ofEpochMilli(Long.parseLong(parts[2])));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      LOG.debug("Not a hint of this version: {}", text, e);
    }
  }
}
