package io.postbus.runtime.consume;

import io.postbus.message.Destination;
import io.postbus.spi.BusException;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Outbound;
import io.postbus.spi.Producer;
import io.postbus.spi.PublishException;
import io.postbus.spi.Start;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The broker itself, for want of a store that is as durable: dead letters go to {@code
 * dlq.<group>}, retries that cannot be held so long back to the group with their due time.
 */
final class BrokerPlace implements NextPlace {
  /** Beyond any producer's own limit: only a broken one gets here. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Driver driver;
  private final GroupRegistry groups;
  private final Producer producer;
  private final InstantSource clock;
  private final Destination self;
  private final Destination dead;
  private boolean declared;

  BrokerPlace(
      Driver driver, GroupRegistry groups, Producer producer, InstantSource clock, String group) {
    this.driver = driver;
    this.groups = groups;
    this.producer = producer;
    this.clock = clock;
    this.self = Destination.group(group);
    this.dead = Destination.group(deadLetters(group));
  }

  /** The name of the group in which the dead letters of this one lie on the broker. */
  static String deadLetters(String group) {
    return "dlq." + group;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public List<@Nullable BusException> take(List<Onward> batch) {
    try {
      declare();
    } catch (BusException e) {
      return Collections.nCopies(batch.size(), e);
    }
    List<Outbound> out =
        batch.stream().map(o -> new Outbound(o.isDead() ? dead : self, o.sent())).toList();
    List<@Nullable BusException> errors = new ArrayList<>(batch.size());
    List<CompletionStage<Void>> sent = producer.send(out);
    for (int i = 0; i < sent.size(); i++) {
      BusException error = await(sent.get(i));
      if (error == null && batch.get(i).isDead()) {
        batch.get(i).takeOver();
      }
      errors.add(error);
    }
    return errors;
  }

  private void declare() {
    if (!declared) {
      Group group = Group.direct(dead.name(), clock.instant());
      groups.register(group);
      driver.topology().declare(group, Start.LATEST);
      declared = true;
    }
  }

  private static @Nullable BusException await(CompletionStage<Void> stage) {
    try {
      stage.toCompletableFuture().get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof BusException known
          ? known
          : PublishException.unknown("A failed delivery was not confirmed", e.getCause());
    } catch (TimeoutException e) {
      return PublishException.unknown("A failed delivery was not confirmed within " + LIMIT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return PublishException.unknown("Interrupted while a failed delivery was sent on", e);
    }
  }
}
