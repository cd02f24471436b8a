package io.postbus.runtime.guarantee;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.delay.Departure;
import io.postbus.runtime.delay.Departure.End;
import io.postbus.runtime.delay.Departure.Leg;
import io.postbus.runtime.publish.KnownGroups;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.runtime.publish.Ticket;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Backlog;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Group;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What firing means for an entry. What has expired goes. What is guaranteed becomes an entry for
 * each group, which stays until the group has acknowledged; and when that is overdue it is sent
 * again, unless the group has a backlog in which it probably is, or is no more. Thread-safe; may
 * block for calls of the store and the broker.
 */
public final class Departures {
  private static final String PUSHED = Message.RESERVED_HEADERS + "pushed";

  private final KnownGroups groups;
  private final BacklogGuard guard;
  private final Timeline timeline;
  private final Function<Duration, Instant> due;
  private final GuaranteeEvents events;

  /**
   * Departures of one store.
   *
   * @param broker says what a group has before it on a connection
   * @param due when what waits this long from now is due, by the store's clock
   */
  public Departures(
      KnownGroups groups,
      BiFunction<@Nullable String, Group, Backlog> broker,
      Timeline timeline,
      Function<Duration, Instant> due,
      GuaranteeEvents events) {
    this.groups = groups;
    this.guard = new BacklogGuard(broker, timeline);
    this.timeline = timeline;
    this.due = due;
    this.events = events;
  }

  /** As {@link io.postbus.runtime.delay.Outlet#depart}. */
  public Departure depart(Delayed entry, Instant until) {
    Message m = entry.message();
    if (m.expiry() != null && !timeline.instant().isBefore(m.expiry())) {
      events.expired(entry);
      return new Departure(List.of(), End.REMOVE);
    }
    Duration within = Ticket.ackWithin(m);
    if (within == null) {
      return Departure.keptUntilConfirmed(entry, until);
    }
    return entry.kind() == Kind.GUARANTEED
        ? overdue(entry, within)
        : first(entry, within).orElseGet(() -> Departure.keptUntilConfirmed(entry, until));
  }

  /** To every group that wants it, or to the one that it is for; empty where nobody wants it. */
  private Optional<Departure> first(Delayed entry, Duration within) {
    if (entry.destination() instanceof Destination.ToGroup) {
      Leg leg = leg(entry, entry.destination().name(), due.apply(within));
      return Optional.of(new Departure(List.of(leg), End.KEEP));
    }
    Instant next = due.apply(within);
    Message m = entry.message();
    List<Leg> legs = new ArrayList<>();
    for (Group g : groups.wanting(m.topic(), m.type())) {
      legs.add(leg(entry, g.name(), next));
    }
    return legs.isEmpty() ? Optional.empty() : Optional.of(new Departure(legs, End.KEEP));
  }

  private Departure overdue(Delayed entry, Duration within) {
    String name = entry.destination().name();
    Optional<Group> group = groups.find(name);
    if (group.isEmpty()) {
      events.dropped(entry);
      return new Departure(List.of(), End.REMOVE);
    }
    int pushed = PostbusHeaders.number(entry.message().header(PUSHED), 0);
    String connection = PostbusHeaders.driver(entry.message());
    Instant next = Ticket.next(entry.slot().due(), within, due.apply(Duration.ZERO));
    return switch (guard.advise(connection, group.get(), pushed)) {
      case SEND -> {
        events.repeated(entry);
        Delayed again = pushed(entry, pushed == 0 ? 0 : pushed + 1);
        yield new Departure(List.of(leg(again, name, next)), End.KEEP);
      }
      case WAIT -> waits(pushed(entry, pushed + 1), next);
      case WAIT_UNCOUNTED -> waits(entry, next);
    };
  }

  private Departure waits(Delayed entry, Instant next) {
    events.pushedBack(entry);
    return new Departure(List.of(Leg.waiting(entry.at(next))), End.KEEP);
  }

  private static Leg leg(Delayed e, String group, Instant next) {
    Destination to = Destination.group(group);
    Slot slot = Slot.of(next, 0, e.message().id(), to, e.attempt());
    Delayed kept =
        new Delayed(slot, Kind.GUARANTEED, to, e.message(), e.attempt(), e.handle(), e.failure());
    return new Leg(kept, kept);
  }

  private static Delayed pushed(Delayed e, int times) {
    Message m = times == 0 ? e.message() : e.message().header(PUSHED, Integer.toString(times));
    return new Delayed(
        e.slot(), e.kind(), e.destination(), m, e.attempt(), e.handle(), e.failure());
  }
}
