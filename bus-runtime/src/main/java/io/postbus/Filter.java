package io.postbus;

import io.postbus.spi.DelayedQuery;
import java.time.Instant;

/** Which waiting or dead messages are meant; the conditions add up. Immutable. */
public final class Filter {
  private static final Filter ALL = new Filter(DelayedQuery.ALL);

  private final DelayedQuery query;

  private Filter(DelayedQuery query) {
    this.query = query;
  }

  public static Filter all() {
    return ALL;
  }

  /** The failure's exception class or message contains this, in any case of letters. */
  public static Filter error(String part) {
    return new Filter(DelayedQuery.ALL.error(part));
  }

  public static Filter topic(String name) {
    return new Filter(DelayedQuery.ALL.topic(name));
  }

  public static Filter type(String name) {
    return new Filter(DelayedQuery.ALL.type(name));
  }

  public static Filter id(String messageId) {
    return new Filter(DelayedQuery.ALL.messageId(messageId));
  }

  public static Filter handle(String name) {
    return new Filter(DelayedQuery.ALL.handle(name));
  }

  /** Due, or failed last, at {@code from} or later and before {@code to}. */
  public static Filter between(Instant from, Instant to) {
    return new Filter(DelayedQuery.ALL.between(from, to));
  }

  public Filter andError(String part) {
    return new Filter(query.error(part));
  }

  public Filter andTopic(String name) {
    return new Filter(query.topic(name));
  }

  public Filter andType(String name) {
    return new Filter(query.type(name));
  }

  public Filter andBetween(Instant from, Instant to) {
    return new Filter(query.between(from, to));
  }

  /** As the store understands it. */
  public DelayedQuery query() {
    return query;
  }
}
