package io.postbus.test;

import io.postbus.BatchHandler;
import io.postbus.Bus;
import io.postbus.Consuming;
import io.postbus.DeadLetters;
import io.postbus.DelayedMessages;
import io.postbus.Groups;
import io.postbus.Handler;
import io.postbus.Health;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.Locks;
import io.postbus.Modules;
import io.postbus.PublishOptions;
import io.postbus.PublishResult;
import io.postbus.Puller;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.runtime.bus.OpenedBus;
import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.ConnectionState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A bus for an application's tests: in this process, on a broker and a store that no other bus
 * shares, and with a clock that stands still until {@link #advance} moves it. It remembers what was
 * published and handled, and can be made to fail. Thread-safe; one thread at a time moves the time.
 *
 * <pre>{@code
 * try (TestBus bus = TestBus.create()) {
 *   bus.subscribe(Subscription.group("mail").topics("orders"), new Mail());
 *   bus.publish(reminder, Publish.after(Duration.ofMinutes(30)));
 *   bus.advance(Duration.ofMinutes(30));
 *   assertThat(bus.handled("mail")).extracting(Handled::outcome).containsExactly(ACKNOWLEDGED);
 * }
 * }</pre>
 *
 * <p>Retries come exactly at the times of their schedule, without jitter. Publishing waits for a
 * broker that is down for one second of real time, unless {@code publish.timeout} says otherwise.
 *
 * <p>It is long because it is a whole bus; all but the time, the ledger and the faults is the real
 * one.
 */
public final class TestBus implements Bus {
  private static final long LOOK_NANOS = Duration.ofMillis(1).toNanos();

  private final OpenedBus bus;
  private final PrivateMemory memory;
  private final VirtualTimeline timeline;
  private final Ledger ledger;
  private final Duration patience;
  private final Quiet quiet;

  TestBus(
      OpenedBus bus,
      PrivateMemory memory,
      VirtualTimeline timeline,
      Ledger ledger,
      Duration patience) {
    this.bus = bus;
    this.memory = memory;
    this.timeline = timeline;
    this.ledger = ledger;
    this.patience = patience;
    this.quiet = new Quiet(bus, memory::all);
    timeline.idleWhen(quiet::now);
  }

  /** A bus with nothing configured. */
  public static TestBus create() {
    return builder().open();
  }

  /** Sets up a bus with a configuration, codecs, interceptors. */
  public static TestBusBuilder builder() {
    return new TestBusBuilder();
  }

  /** What time it is on this bus. */
  public Instant now() {
    return timeline.instant();
  }

  /**
   * Moves the time on. Whatever falls due on the way happens at its moment, together with all that
   * it causes, before the time goes further.
   *
   * @throws AssertionError if what happens at a moment does not end within the patience
   */
  public void advance(Duration by) {
    try {
      timeline.advance(by);
    } catch (IllegalStateException e) {
      throw new AssertionError(e.getMessage() + "; " + quiet.noise(), e);
    }
  }

  /**
   * Waits until everything that can happen without the time moving has happened: what was published
   * has been handled, and what has failed waits for its retry.
   *
   * @throws AssertionError if that is not so within the patience
   */
  public void awaitIdle() {
    advance(Duration.ZERO);
  }

  /** What was published successfully through this bus, also with a delay, in order. */
  public List<Message> published() {
    return ledger.published();
  }

  /** Every attempt of every group that has ended, in order. */
  public List<Handled> handled() {
    return ledger.handled();
  }

  /** Every attempt of the group that has ended, in order. */
  public List<Handled> handled(String group) {
    return handled().stream().filter(h -> h.group().equals(group)).toList();
  }

  /** Forgets what was published and handled so far. */
  public void clearLedger() {
    ledger.clear();
  }

  /** The broker of the default connection. */
  public TestBroker broker() {
    return broker(memory.brokers().keySet().iterator().next());
  }

  /**
   * The broker of that connection of the configuration.
   *
   * @throws IllegalArgumentException if nothing has used it yet
   */
  public TestBroker broker(String connection) {
    NamedBroker broker = memory.brokers().get(connection);
    if (broker == null) {
      throw new IllegalArgumentException(
          "The connection " + connection + " is not open; open are " + memory.brokers().keySet());
    }
    return new TestBroker(broker, state -> awaitState(connection, state));
  }

  /** Has every call of the store fail, as if its server were gone. */
  public void storeDown() {
    memory.storage().stop();
  }

  /** Lets the store work again. */
  public void storeUp() {
    memory.storage().start();
  }

  @Override
  public void publish(Message message, PublishOptions options) {
    bus.publish(message, options);
  }

  @Override
  public CompletionStage<Void> publishAsync(Message message, PublishOptions options) {
    return bus.publishAsync(message, options);
  }

  @Override
  public List<PublishResult> publishAll(Collection<Message> messages, PublishOptions options) {
    return bus.publishAll(messages, options);
  }

  @Override
  public Consuming subscribe(Subscription subscription, Handler handler) {
    return bus.subscribe(subscription, handler);
  }

  @Override
  public Consuming subscribeBatch(Subscription subscription, BatchHandler handler) {
    return bus.subscribeBatch(subscription, handler);
  }

  @Override
  public Puller pull(Subscription subscription) {
    return bus.pull(subscription);
  }

  @Override
  public DelayedMessages delayed() {
    return bus.delayed();
  }

  @Override
  public DeadLetters deadLetters(String group) {
    return bus.deadLetters(group);
  }

  @Override
  public Groups groups() {
    return bus.groups();
  }

  @Override
  public Locks locks() {
    return bus.locks();
  }

  @Override
  public Modules modules() {
    return bus.modules();
  }

  @Override
  public Health health() {
    return bus.health();
  }

  /** Closes at once: handlers that are at work are not waited for. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  @Override
  public void close(Duration grace) {
    bus.close(grace);
    memory.close();
  }

  /** Waits, in real time, until the bus knows how its broker is, and its members too. */
  private void awaitState(String connection, ConnectionState state) {
    await(
        "the connection " + connection + " to be " + state,
        () -> {
          Health now = bus.health();
          Health.Connection c = now.connections().get(connection);
          boolean up = state == ConnectionState.CONNECTED;
          return c != null
              && c.state() == state
              && (!up || now.consumers().stream().noneMatch(m -> m.state() == State.STALLED));
        });
  }

  private void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0 || Thread.currentThread().isInterrupted()) {
        throw new AssertionError("Waited in vain for " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
