package io.postbus.runtime.bus;

import io.postbus.DelayedMessage;
import io.postbus.DelayedMessages;
import io.postbus.Filter;
import io.postbus.Page;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What waits in the store, and is changed through the delay engine. Thread-safe. */
record StoredDelays(DelayStore store, DelayEngine engine) implements DelayedMessages {
  private static final int MOST = 500;

  @Override
  public Outcome cancel(String reference) {
    return engine.cancel(reference);
  }

  @Override
  public Outcome reschedule(String reference, Instant due) {
    return engine.reschedule(reference, due);
  }

  @Override
  public Outcome sendNow(String reference) {
    return engine.sendNow(reference);
  }

  @Override
  public List<DelayedMessage> find(String reference) {
    List<DelayedMessage> byHandle = list(Filter.handle(reference), null, MOST).items();
    return byHandle.isEmpty() ? list(Filter.id(reference), null, MOST).items() : byHandle;
  }

  @Override
  public Page<DelayedMessage> list(Filter filter, @Nullable String cursor, int limit) {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit is " + limit + ", must be from 1 to " + MOST);
    }
    DelayStore.Page page = store.find(query(filter), cursor, limit);
    return new Page<>(
        page.entries().stream().map(StoredDelays::message).toList(),
        Optional.ofNullable(page.next()));
  }

  @Override
  public long count(Filter filter) {
    return store.count(query(filter));
  }

  private static DelayedQuery query(Filter filter) {
    return filter.query().kinds(Kind.DELAY, Kind.RETRY, Kind.OUTBOX, Kind.GUARANTEED);
  }

  private static DelayedMessage message(Delayed e) {
    return new DelayedMessage(
        PostbusHeaders.strip(e.message()),
        e.destination(),
        e.slot().due(),
        e.kind(),
        e.attempt(),
        Optional.ofNullable(e.handle()));
  }
}
