package io.postbus.runtime.publish;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.publish.PublishEvents.Ending;
import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Outbound;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends over one connection, and tells what nobody wants from what nobody could get. Thread-safe.
 *
 * <p>Its methods wait, within the limit they are given, for the connection; and where the window of
 * unconfirmed messages is full, for room in it. They throw what is known before sending; what comes
 * later fails the stage.
 */
final class Sender {
  private final Connection connection;
  private final Routes routes;
  private final Predicate<String> droppable;
  private final PublishEvents events;
  private final Unconfirmed unconfirmed;

  /**
   * @param droppable whether a message to this topic is dropped where no group would get it
   */
  Sender(Connection connection, Routes routes, Predicate<String> droppable, PublishEvents events) {
    this.connection = connection;
    this.routes = routes;
    this.droppable = droppable;
    this.events = events;
    this.unconfirmed = new Unconfirmed(connection.window());
  }

  Connection connection() {
    return connection;
  }

  /** Sends to the message's topic. */
  CompletionStage<Void> toTopic(Message m, Confirm confirm, Duration limit) {
    awaitReady(limit);
    Route route = route(m.topic());
    if (!sendable(route, m, confirm)) {
      return drop(m);
    }
    Producer producer = producer(confirm);
    Publication begun = begun(m, route, confirm);
    producer.send(route.destination, m, begun);
    return begun;
  }

  /** Sends to one group. */
  CompletionStage<Void> toGroup(String group, Message m, Confirm confirm, Duration limit) {
    awaitReady(limit);
    if (!routes.mayHaveGroup(group)) {
      throw PublishException.unroutable("There is no group " + group + " for " + m);
    }
    Message direct = PostbusHeaders.direct(m);
    Producer producer = producer(confirm);
    Publication begun = begun(m, null, confirm);
    producer.send(Destination.group(group), direct, begun);
    return begun;
  }

  /** Sends all to their topics, in order, and returns a stage for each. */
  List<CompletionStage<Void>> toTopics(List<Message> all, Confirm confirm, Duration limit) {
    awaitReady(limit);
    List<Route> found = new ArrayList<>(all.size());
    List<Outbound> batch = new ArrayList<>(all.size());
    for (Message m : all) {
      Route route = route(m.topic());
      if (!sendable(route, m, confirm)) {
        return oneByOne(all, confirm, limit);
      }
      found.add(route);
      batch.add(new Outbound(route.destination, m));
    }
    List<CompletionStage<Void>> stages = producer(confirm).send(batch);
    List<CompletionStage<Void>> judged = new ArrayList<>(stages.size());
    for (int i = 0; i < stages.size(); i++) {
      judged.add(judged(stages.get(i), all.get(i), found.get(i), confirm));
    }
    return judged;
  }

  private List<CompletionStage<Void>> oneByOne(List<Message> all, Confirm confirm, Duration limit) {
    List<CompletionStage<Void>> stages = new ArrayList<>(all.size());
    for (Message m : all) {
      try {
        stages.add(toTopic(m, confirm, limit));
      } catch (BusException e) {
        failed(m, e);
        stages.add(CompletableFuture.failedStage(e));
      }
    }
    return stages;
  }

  /** Whether a message to the topic may be dropped where no group would get it. */
  boolean mayDrop(String topic) {
    return droppable.test(topic);
  }

  /** Takes note of a message that was not sent. */
  void failed(Message m, Throwable error) {
    events.ended(connection.name(), m, ending(error));
  }

  private void awaitReady(Duration limit) {
    awaitConnected(limit);
    if (limit.compareTo(connection.timeout()) < 0) {
      unconfirmed.awaitRoom(limit);
    }
  }

  private void awaitConnected(Duration limit) {
    if (connection.connected()) {
      return;
    }
    try {
      if (!connection.awaitConnected(limit)) {
        throw PublishException.rejected(
            "The connection %s has been %s for the whole limit of %s: %s"
                .formatted(
                    connection.name(),
                    connection.status().state(),
                    limit,
                    connection.status().reason()),
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PublishException.unknown("Interrupted while waiting for the broker", e);
    }
  }

  private Route route(String topic) {
    try {
      return routes.topic(topic);
    } catch (ConnectionException e) {
      throw PublishException.rejected(
          "The broker does not say whether " + topic + " has groups: " + e.getMessage(), e);
    }
  }

  /**
   * Whether somebody may take it: a group, or else, where the broker says that nobody did, whoever
   * else is there. Programs without Postbus have queues too.
   */
  private boolean sendable(Route route, Message m, Confirm confirm) {
    return route.routable
        || (connection.filtersTypes()
            && (confirm == Confirm.CONFIRMED || droppable.test(m.topic())));
  }

  private CompletionStage<Void> drop(Message m) {
    if (!droppable.test(m.topic())) {
      throw noGroup(m);
    }
    events.ended(connection.name(), m, Ending.DROPPED);
    return CompletableFuture.completedFuture(null);
  }

  private PublishException noGroup(Message m) {
    return PublishException.unroutable(
        "The topic %s has no group on the connection %s; nobody has %s"
            .formatted(m.topic(), connection.name(), m));
  }

  private Producer producer(Confirm confirm) {
    return confirm == Confirm.CONFIRMED ? connection.confirmed() : connection.rapid();
  }

  private Publication begun(Message m, @Nullable Route route, Confirm confirm) {
    unconfirmed.sent();
    return new Publication(this, m, route, confirm);
  }

  private CompletionStage<Void> judged(
      CompletionStage<Void> sent, Message m, Route route, Confirm confirm) {
    Publication begun = begun(m, route, confirm);
    CompletionStage<Void> unused = sent.whenComplete((nothing, error) -> begun.accept(error));
    return begun;
  }

  /** A publication has ended; why it has failed, or null. */
  @Nullable Throwable ended(
      Message m, @Nullable Route route, Confirm confirm, @Nullable Throwable error) {
    unconfirmed.ended();
    if (error == null) {
      events.ended(connection.name(), m, ending(m, route, confirm));
      return null;
    }
    Throwable cause = Failures.cause(error);
    if (route != null && unroutable(cause)) {
      if (unmatched(route, m)) {
        events.ended(connection.name(), m, Ending.UNMATCHED);
        return null;
      }
      if (droppable.test(m.topic())) {
        events.ended(connection.name(), m, Ending.DROPPED);
        return null;
      }
      cause = route.routable ? lost(m, cause) : noGroup(m);
    }
    failed(m, cause);
    return cause;
  }

  /** Whether the topic has groups, and the broker returned it as none of them wants the type. */
  private boolean unmatched(Route route, Message m) {
    return route.routable && connection.filtersTypes() && !route.surelyWants(m.type());
  }

  /** Unknown: it may have been sent before, over a connection that was lost like the place. */
  private static PublishException lost(Message m, Throwable returned) {
    return PublishException.unknown(
        "The broker has no place for %s, which a registered group wants; its members declare it again: %s"
            .formatted(m, returned.getMessage()),
        returned);
  }

  private Ending ending(Message m, @Nullable Route route, Confirm confirm) {
    if (confirm == Confirm.RAPID) {
      return Ending.RAPID;
    }
    boolean unwanted = route != null && !connection.filtersTypes() && !route.wants(m.type());
    return unwanted ? Ending.UNMATCHED : Ending.CONFIRMED;
  }

  private static boolean unroutable(Throwable cause) {
    return cause instanceof PublishException e && e.outcome() == Outcome.UNROUTABLE;
  }

  private static Ending ending(Throwable error) {
    if (!(error instanceof PublishException e)) {
      return Ending.REJECTED;
    }
    return switch (e.outcome()) {
      case REJECTED -> Ending.REJECTED;
      case UNROUTABLE -> Ending.UNROUTABLE;
      case UNKNOWN -> Ending.UNKNOWN;
    };
  }
}
