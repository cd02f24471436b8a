package io.postbus.spi.support;

import io.postbus.message.Destination;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Failure;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether an entry is one of those that a query means, for stores that look through their entries
 * themselves. Immutable.
 */
public final class Matching implements Predicate<Delayed> {
  private final DelayedQuery query;
  private final @Nullable String error;

  /** What this query means. */
  public Matching(DelayedQuery query) {
    this.query = query;
    this.error = query.error() == null ? null : query.error().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean test(Delayed d) {
    return (query.kinds().isEmpty() || query.kinds().contains(d.kind()))
        && isGroup(d.destination())
        && same(query.topic(), d.message().topic())
        && same(query.type(), d.message().type())
        && same(query.messageId(), d.message().id())
        && same(query.handle(), d.handle())
        && failedSo(d.failure())
        && isWithin(Place.time(d));
  }

  private boolean isGroup(Destination to) {
    return query.group() == null
        || (to instanceof Destination.ToGroup g && g.name().equals(query.group()));
  }

  private static boolean same(@Nullable String wanted, @Nullable String is) {
    return wanted == null || wanted.equals(is);
  }

  private boolean failedSo(@Nullable Failure f) {
    return error == null || (f != null && (contains(f.error()) || contains(f.message())));
  }

  private boolean contains(String text) {
    return error != null && text.toLowerCase(Locale.ROOT).contains(error);
  }

  private boolean isWithin(Instant time) {
    return (query.from() == null || !time.isBefore(query.from()))
        && (query.to() == null || time.isBefore(query.to()));
  }
}
