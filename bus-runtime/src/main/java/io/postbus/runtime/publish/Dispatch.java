package io.postbus.runtime.publish;

import io.postbus.PublishOptions;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.publish.PublishEvents.Ending;
import io.postbus.spi.BusException;
import io.postbus.spi.ProducerSpec.Confirm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where a message goes by its options: to a broker now, or to the store. Thread-safe. What fails is
 * a failed stage; nothing throws.
 */
final class Dispatch {
  private final Senders senders;
  private final Preparation preparation;
  private final Later later;
  private final PublishEvents events;

  Dispatch(Senders senders, Preparation preparation, Later later, PublishEvents events) {
    this.senders = senders;
    this.preparation = preparation;
    this.later = later;
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
      return waits(o) ? later(sender, ready, o) : now(sender, ready, o, limit);
    } catch (BusException e) {
      sender.failed(m, e);
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Sends all, in order, with a stage for each. */
  List<CompletionStage<Void>> sendAll(List<Message> all, PublishOptions o, Duration limit) {
    if (o.group() != null || waits(o)) {
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
    Message kept = senders.isDefault(sender) ? m : PostbusHeaders.driver(m, connection);
    return later
        .put(to, kept, o)
        .whenComplete(
            (done, error) -> {
              if (error == null) {
                events.ended(connection, m, Ending.DELAYED);
              } else {
                sender.failed(m, Failures.cause(error));
              }
            });
  }

  /** A delay of zero and a time that has passed need no store. */
  private boolean waits(PublishOptions o) {
    return (o.delay() != null && !o.delay().isZero())
        || (o.at() != null && preparation.isAhead(o.at()));
  }

  private static Confirm confirm(PublishOptions o) {
    return o.unconfirmed() ? Confirm.RAPID : Confirm.CONFIRMED;
  }
}
