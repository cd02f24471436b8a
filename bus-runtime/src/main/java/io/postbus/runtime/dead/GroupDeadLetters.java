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
    brokers.forEach(c -> places.add(new BrokerDeadLetters(group, c, redriving)));
  }

  /**
   * A store that fires what waits in it.
   *
   * @param redriving its own
   */
  public record Firing(Store store, Redriving redriving) {}

  /** What could never be sent, in each of the stores. */
  public GroupDeadLetters(Collection<Firing> stores) {
    stores.forEach(s -> places.add(new StoredDeadLetters(UNSENT, s.store, s.redriving)));
  }

  @Override
  public Page<DeadLetter> list(Filter filter, @Nullable String cursor, int limit) {
    List<Places.Place<DeadLetter>> all = new ArrayList<>();
    places.forEach(p -> all.add((within, most) -> p.list(filter, within, most)));
    return Places.list(all, cursor, limit);
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
