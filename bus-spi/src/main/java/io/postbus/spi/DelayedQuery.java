package io.postbus.spi;

import io.postbus.spi.Delayed.Kind;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a {@link DelayStore} are meant; what is null or empty does not narrow.
 *
 * @param kinds any of these
 * @param group addressed to this group directly
 * @param topic its message's topic
 * @param type its message's type
 * @param error part of the failure's error or message, in any case of letters
 * @param from due at this time or later; for dead letters, failed last at this time or later
 * @param to due before this time; for dead letters, failed last before it
 */
public record DelayedQuery(
    Set<Kind> kinds,
    @Nullable String group,
    @Nullable String topic,
    @Nullable String type,
    @Nullable String messageId,
    @Nullable String handle,
    @Nullable String error,
    @Nullable Instant from,
    @Nullable Instant to) {
  public static final DelayedQuery ALL =
      new DelayedQuery(Set.of(), null, null, null, null, null, null, null, null);

  public DelayedQuery {
    kinds = Set.copyOf(kinds);
  }

  public DelayedQuery kinds(Kind... only) {
    return new DelayedQuery(Set.of(only), group, topic, type, messageId, handle, error, from, to);
  }

  public DelayedQuery group(@Nullable String name) {
    return new DelayedQuery(kinds, name, topic, type, messageId, handle, error, from, to);
  }

  public DelayedQuery topic(@Nullable String name) {
    return new DelayedQuery(kinds, group, name, type, messageId, handle, error, from, to);
  }

  public DelayedQuery type(@Nullable String name) {
    return new DelayedQuery(kinds, group, topic, name, messageId, handle, error, from, to);
  }

  public DelayedQuery messageId(@Nullable String id) {
    return new DelayedQuery(kinds, group, topic, type, id, handle, error, from, to);
  }

  public DelayedQuery handle(@Nullable String name) {
    return new DelayedQuery(kinds, group, topic, type, messageId, name, error, from, to);
  }

  public DelayedQuery error(@Nullable String part) {
    return new DelayedQuery(kinds, group, topic, type, messageId, handle, part, from, to);
  }

  public DelayedQuery between(@Nullable Instant start, @Nullable Instant end) {
    return new DelayedQuery(kinds, group, topic, type, messageId, handle, error, start, end);
  }
}
