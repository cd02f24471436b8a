package io.postbus.runtime.dead;

import io.postbus.DeadLetter;
import io.postbus.DeadLetters;
import io.postbus.Filter;
import io.postbus.Page;
import io.postbus.Redrive;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Store;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The dead letters of a group in the store. Thread-safe. */
final class StoredDeadLetters implements DeadLetters {
  private final String group;
  private final Store store;
  private final Redriving redriving;

  StoredDeadLetters(String group, Store store, Redriving redriving) {
    this.group = group;
    this.store = store;
    this.redriving = redriving;
  }

  @Override
  public Page<DeadLetter> list(Filter filter, @Nullable String cursor, int limit) {
    DelayStore.Page page = store.delays().find(query(filter), cursor, limit);
    return new Page<>(
        page.entries().stream().map(this::letter).toList(), Optional.ofNullable(page.next()));
  }

  @Override
  public Optional<DeadLetter> find(String messageId) {
    return list(Filter.id(messageId), null, 1).items().stream().findFirst();
  }

  @Override
  public long count(Filter filter) {
    return store.delays().count(query(filter));
  }

  @Override
  public Redriven redrive(Filter filter, Redrive how) {
    long matched = count(filter);
    return how.dry()
        ? new Redriven(matched, 0, 0)
        : redriving.run(how, matched, new StoredPortions(store, query(filter), redriving, how));
  }

  @Override
  public long delete(Filter filter) {
    Entries entries = new Entries(store.delays());
    return entries.remove(query(filter));
  }

  private DelayedQuery query(Filter filter) {
    return filter.query().kinds(Kind.DEAD).group(group);
  }

  private DeadLetter letter(Delayed entry) {
    return new DeadLetter(
        PostbusHeaders.strip(entry.message()), group, entry.attempt(), Letters.failure(entry));
  }
}
