package io.postbus.runtime.dead;

import io.postbus.DeadLetter;
import io.postbus.DeadLetters;
import io.postbus.Filter;
import io.postbus.Page;
import io.postbus.Redrive;
import io.postbus.message.Message;
import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.Backlog;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a group in the broker's own {@code dlq.<group>}. A broker cannot search: each
 * call joins that group, looks at what it is handed, and gives back what it does not take. A walk
 * reaches as far as {@link Scan#REACH} letters that are not taken. Thread-safe.
 */
final class BrokerDeadLetters implements DeadLetters {
  private final String group;
  private final Connection connection;
  private final Redriving redriving;
  private final Group dead;

  BrokerDeadLetters(String group, Connection connection, Redriving redriving) {
    this.group = group;
    this.connection = connection;
    this.redriving = redriving;
    this.dead = Group.direct("dlq." + group, Instant.EPOCH);
  }

  /** The cursor is how many letters the pages before have walked over. */
  @Override
  public Page<DeadLetter> list(Filter filter, @Nullable String cursor, int limit) {
    int skip = cursor == null ? 0 : Integer.parseInt(cursor);
    List<DeadLetter> letters = new ArrayList<>();
    int walked = 0;
    if (backlog() > 0) {
      try (Scan scan = scan()) {
        Received r = scan.next();
        for (; r != null && letters.size() < limit; r = scan.next()) {
          if (++walked > skip && matches(filter).test(r.message())) {
            letters.add(letter(r.message()));
          }
        }
        if (r != null) {
          return new Page<>(letters, Optional.of(Integer.toString(walked)));
        }
      }
    }
    return new Page<>(letters, Optional.empty());
  }

  @Override
  public Optional<DeadLetter> find(String messageId) {
    return list(Filter.id(messageId), null, 1).items().stream().findFirst();
  }

  @Override
  public long count(Filter filter) {
    long all = backlog();
    if (all == 0 || filter.query().equals(DelayedQuery.ALL)) {
      return all;
    }
    long matching = 0;
    try (Scan scan = scan()) {
      for (Received r = scan.next(); r != null; r = scan.next()) {
        matching += matches(filter).test(r.message()) ? 1 : 0;
      }
    }
    return matching;
  }

  @Override
  public Redriven redrive(Filter filter, Redrive how) {
    long matched = count(filter);
    if (how.dry() || matched == 0) {
      return new Redriven(matched, 0, 0);
    }
    var source = new BrokerPortions(group, connection, this::scan, matches(filter), redriving, how);
    return redriving.run(how, matched, source);
  }

  @Override
  public long delete(Filter filter) {
    if (backlog() == 0) {
      return 0;
    }
    long deleted = 0;
    try (Scan scan = scan()) {
      for (Received r = scan.next(); r != null; r = scan.next()) {
        if (matches(filter).test(r.message())) {
          scan.take(r);
          deleted++;
        }
      }
    }
    return deleted;
  }

  private Scan scan() {
    return new Scan(connection.driver(), dead, backlog());
  }

  private long backlog() {
    Backlog backlog = connection.driver().topology().backlog(dead);
    return backlog.ready() + backlog.unsettled().orElse(0);
  }

  private DeadLetter letter(Message m) {
    return new DeadLetter(
        PostbusHeaders.strip(m), group, PostbusHeaders.attempt(m), Letters.failure(m));
  }

  private static Predicate<Message> matches(Filter filter) {
    return m -> Letters.match(filter.query(), m, Letters.failure(m));
  }
}
