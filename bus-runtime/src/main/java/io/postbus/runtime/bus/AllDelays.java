package io.postbus.runtime.bus;

import io.postbus.DelayedMessage;
import io.postbus.DelayedMessages;
import io.postbus.Filter;
import io.postbus.Page;
import io.postbus.runtime.dead.Places;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What waits in several stores. Thread-safe. */
record AllDelays(List<DelayedMessages> stores) implements DelayedMessages {
  AllDelays {
    stores = List.copyOf(stores);
  }

  @Override
  public Outcome cancel(String reference) {
    return first(s -> s.cancel(reference));
  }

  @Override
  public Outcome reschedule(String reference, Instant due) {
    return first(s -> s.reschedule(reference, due));
  }

  @Override
  public Outcome sendNow(String reference) {
    return first(s -> s.sendNow(reference));
  }

  @Override
  public List<DelayedMessage> find(String reference) {
    return stores.stream().flatMap(s -> s.find(reference).stream()).toList();
  }

  @Override
  public Page<DelayedMessage> list(Filter filter, @Nullable String cursor, int limit) {
    List<Places.Place<DelayedMessage>> places = new ArrayList<>();
    stores.forEach(s -> places.add((within, most) -> s.list(filter, within, most)));
    return Places.list(places, cursor, limit);
  }

  @Override
  public long count(Filter filter) {
    return stores.stream().mapToLong(s -> s.count(filter)).sum();
  }

  private Outcome first(Function<DelayedMessages, Outcome> change) {
    for (DelayedMessages store : stores) {
      Outcome outcome = change.apply(store);
      if (outcome != Outcome.NOT_FOUND) {
        return outcome;
      }
    }
    return Outcome.NOT_FOUND;
  }
}
