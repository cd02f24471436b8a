package io.postbus.runtime.dead;

import io.postbus.DeadLetter;
import io.postbus.DeadLetters;
import io.postbus.Filter;
import io.postbus.Page;
import io.postbus.Redrive;
import io.postbus.message.Names;
import io.postbus.runtime.connect.Connection;
import io.postbus.spi.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All dead letters of a group, place after place: the store, then each broker that does not let its
 * deliveries go in favour of the store. Thread-safe.
 */
public final class GroupDeadLetters implements DeadLetters {
  private static final int MOST = 500;

  private final List<DeadLetters> places = new ArrayList<>();

  /**
   * The dead letters of a group.
   *
   * @param brokers those that keep dead letters themselves
   */
  public GroupDeadLetters(
      String group, Store store, Collection<Connection> brokers, Redriving redriving) {
    Names.group(group);
    places.add(new StoredDeadLetters(group, store, redriving));
    if (!group.equals(UNSENT)) {
      brokers.forEach(c -> places.add(new BrokerDeadLetters(group, c, redriving)));
    }
  }

  @Override
  public Page<DeadLetter> list(Filter filter, @Nullable String cursor, int limit) {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit is " + limit + ", must be from 1 to " + MOST);
    }
    int place = 0;
    String within = null;
    if (cursor != null) {
      int colon = cursor.indexOf(':');
      place = Integer.parseInt(cursor.substring(0, colon));
      within = colon + 1 < cursor.length() ? cursor.substring(colon + 1) : null;
    }
    return list(place, filter, within, limit);
  }

  private Page<DeadLetter> list(int place, Filter filter, @Nullable String within, int limit) {
    Page<DeadLetter> page = places.get(place).list(filter, within, limit);
    boolean last = place == places.size() - 1;
    if (page.next().isPresent()) {
      return new Page<>(page.items(), Optional.of(place + ":" + page.next().get()));
    }
    if (page.items().isEmpty() && !last) {
      return list(place + 1, filter, null, limit);
    }
    return new Page<>(page.items(), last ? Optional.empty() : Optional.of(place + 1 + ":"));
  }

  @Override
  public Optional<DeadLetter> find(String messageId) {
    return places.stream().flatMap(p -> p.find(messageId).stream()).findFirst();
  }

  @Override
  public long count(Filter filter) {
    return sum(p -> p.count(filter));
  }

  @Override
  public Redriven redrive(Filter filter, Redrive how) {
    Redriven sum = new Redriven(0, 0, 0);
    for (DeadLetters p : places) {
      Redriven r = p.redrive(filter, how.limit(how.limit() - sum.sent() - sum.failed()));
      sum =
          new Redriven(
              sum.matched() + r.matched(), sum.sent() + r.sent(), sum.failed() + r.failed());
    }
    return sum;
  }

  @Override
  public long delete(Filter filter) {
    return sum(p -> p.delete(filter));
  }

  private long sum(ToLongFunction<DeadLetters> count) {
    return places.stream().mapToLong(count).sum();
  }
}
