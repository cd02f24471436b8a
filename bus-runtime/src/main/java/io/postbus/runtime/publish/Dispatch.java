package io.postbus.runtime.publish;

import io.postbus.PublishOptions;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.publish.PublishEvents.Ending;
import io.postbus.spi.BusException;
import io.postbus.spi.Group;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a message goes by its options: to a broker now, or to the store. Thread-safe. What fails is
 * a failed stage; nothing throws.
 */
final class Dispatch {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  /**
   * How long a guaranteed message waits for room among the unconfirmed, where the broker is there:
   * left to its entry, it would come only when the time to acknowledge is over.
   */
  private static final Duration ROOM = Duration.ofSeconds(1);

  private final Senders senders;
  private final Preparation preparation;
  private final Keeping keeping;
  private final PublishEvents events;

  Dispatch(Senders senders, Preparation preparation, Keeping keeping, PublishEvents events) {
    this.senders = senders;
    this.preparation = preparation;
    this.keeping = keeping;
    this.events = events;
  }

  /**
   * Sends one message.
   *
   * @param limit how long the call may wait for the connection
   */
  CompletionStage<Void> send(Message m, PublishOptions o, Duration limit) {
    Sender sender;
    try {
      sender = senders.get(o.driver());
    } catch (BusException e) {
      return CompletableFuture.failedFuture(e);
    }
    try {
      Message ready = preparation.prepare(m, o);
      if (o.untilAcknowledged()) {
        keeping.promises().require(sender.connection().driver());
      }
      return waits(o)
          ? later(sender, ready, o)
          : o.untilAcknowledged() ? surely(sender, ready, o, limit) : now(sender, ready, o, limit);
    } catch (BusException e) {
      sender.failed(m, e);
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Sends all, in order, with a stage for each. */
  List<CompletionStage<Void>> sendAll(List<Message> all, PublishOptions o, Duration limit) {
    if (o.group() != null || o.untilAcknowledged() || waits(o)) {
      return all.stream().map(m -> send(m, o, limit)).toList();
    }
    Sender sender;
    List<Message> ready;
    try {
      sender = senders.get(o.driver());
      ready = all.stream().map(m -> preparation.prepare(m, o)).toList();
    } catch (BusException oneOfThem) {
      return all.stream().map(m -> send(m, o, limit)).toList();
    }
    try {
      return sender.toTopics(ready, confirm(o), limit);
    } catch (BusException e) {
      all.forEach(m -> sender.failed(m, e));
      return all.stream().map(m -> CompletableFuture.<Void>failedStage(e)).toList();
    }
  }

  private CompletionStage<Void> now(Sender sender, Message m, PublishOptions o, Duration limit) {
    return o.group() == null
        ? sender.toTopic(m, confirm(o), limit)
        : sender.toGroup(o.group(), m, confirm(o), limit);
  }

  private CompletionStage<Void> later(Sender sender, Message m, PublishOptions o) {
    Destination to =
        o.group() == null ? Destination.topic(m.topic()) : Destination.group(o.group());
    String connection = sender.connection().name();
    Message kept = kept(sender, m);
    return keeping
        .later()
        .put(to, o.untilAcknowledged() ? Ticket.promised(kept, ackWithin(m, o)) : kept, o)
        .whenComplete(
            (done, error) -> {
              if (error == null) {
                events.ended(connection, m, Ending.DELAYED);
              } else {
                sender.failed(m, Failures.cause(error));
              }
            });
  }

  /**
   * Done when there is an entry for each group and the message has been handed to the driver; what
   * becomes of it there is seen to by the entries.
   */
  private CompletionStage<Void> surely(Sender sender, Message m, PublishOptions o, Duration limit) {
    List<String> groups =
        o.group() == null
            ? keeping.groups().wanting(m.topic(), m.type()).stream().map(Group::name).toList()
            : registered(o.group(), m);
    if (groups.isEmpty()) {
      requireAnybody(sender, m);
      return now(sender, m, o, limit);
    }
    return keeping
        .promises()
        .put(groups, kept(sender, m), ackWithin(m, o))
        .thenAcceptAsync(ticket -> handOver(sender, ticket.on(m), o), keeping.handing())
        .whenComplete(
            (done, error) -> {
              if (error != null) {
                sender.failed(m, Failures.cause(error));
              }
            });
  }

  /** Whom only the broker knows it would get as a confirmed message: that is not what was asked. */
  private void requireAnybody(Sender sender, Message m) {
    if (!sender.mayDrop(m.topic()) && !keeping.groups().any(m.topic())) {
      throw PublishException.unroutable(
          "The topic %s has no group that is registered in this store, so there is nobody to whom %s could be guaranteed: let its consumers use the same store, or publish it confirmed"
              .formatted(m.topic(), m));
    }
  }

  private List<String> registered(String group, Message m) {
    return keeping
        .groups()
        .find(group)
        .map(g -> List.of(g.name()))
        .orElseThrow(() -> PublishException.unroutable("There is no group " + group + " for " + m));
  }

  private void handOver(Sender sender, Message m, PublishOptions o) {
    try {
      CompletionStage<Void> unused =
          now(sender, m, o, sender.connection().connected() ? ROOM : Duration.ZERO)
              .exceptionally(e -> unsent(m, Failures.cause(e)));
    } catch (BusException e) {
      sender.failed(m, e);
      unsent(m, e);
    }
  }

  private static @Nullable Void unsent(Message m, Throwable why) {
    LOG.debug("{} is guaranteed and could not be sent yet", m, why);
    return null;
  }

  private Duration ackWithin(Message m, PublishOptions o) {
    return o.ackWithin() == null ? keeping.promises().ackWithin(m.topic()) : o.ackWithin();
  }

  private Message kept(Sender sender, Message m) {
    return senders.isDefault(sender) ? m : PostbusHeaders.driver(m, sender.connection().name());
  }

  /** A delay of zero and a time that has passed need no store, a transaction does. */
  private boolean waits(PublishOptions o) {
    return o.transaction() != null
        || (o.delay() != null && !o.delay().isZero())
        || (o.at() != null && preparation.isAhead(o.at()));
  }

  private static Confirm confirm(PublishOptions o) {
    return o.unconfirmed() ? Confirm.RAPID : Confirm.CONFIRMED;
  }
}
