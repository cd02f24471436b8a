package io.postbus.runtime.bus;

import io.postbus.BatchHandler;
import io.postbus.Bus;
import io.postbus.Consuming;
import io.postbus.DeadLetters;
import io.postbus.DelayedMessages;
import io.postbus.Groups;
import io.postbus.Handler;
import io.postbus.Health;
import io.postbus.Locks;
import io.postbus.Modules;
import io.postbus.PublishOptions;
import io.postbus.PublishResult;
import io.postbus.Puller;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.dead.GroupDeadLetters;
import io.postbus.runtime.dead.Redriving;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The bus that applications get: each call to the part whose it is. Thread-safe. */
public final class OpenedBus implements Bus {
  /** How much longer than the grace time closing takes at most. */
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final Machinery machinery;
  private final Members members;
  private final Redriving redriving;
  private final Modules modules;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean shut;

  private OpenedBus(Machinery machinery, Function<Bus, Modules> modules) {
    this.machinery = machinery;
    this.members = new Members(machinery);
    machinery.listener.begin(members::joinAside);
    this.redriving = redriving(machinery.delays);
    this.modules = modules.apply(this);
  }

  /**
   * Opens a bus.
   *
   * @param modules makes the modules of the configuration; nothing of them is started
   * @throws io.postbus.spi.ConfigurationException for what a driver or store does not accept
   */
  static OpenedBus open(BusSettings settings, Equipment equipment, Function<Bus, Modules> modules) {
    Machinery machinery = new Machinery(settings, equipment);
    OpenedBus bus = new OpenedBus(machinery, modules);
    machinery.start();
    try {
      equipment.instruments().watch(bus, machinery);
    } catch (RuntimeException e) {
      bus.close(Duration.ZERO);
      throw e;
    }
    return bus;
  }

  @Override
  public void publish(Message message, PublishOptions options) {
    machinery.publisher.publish(message, options);
  }

  @Override
  public CompletionStage<Void> publishAsync(Message message, PublishOptions options) {
    return machinery.publisher.publishAsync(message, options);
  }

  @Override
  public List<PublishResult> publishAll(Collection<Message> messages, PublishOptions options) {
    return machinery.publisher.publishAll(messages, options);
  }

  @Override
  public Consuming subscribe(Subscription subscription, Handler handler) {
    return members.join(subscription, handler);
  }

  @Override
  public Consuming subscribeBatch(Subscription subscription, BatchHandler handler) {
    return members.joinBatch(subscription, handler);
  }

  @Override
  public Puller pull(Subscription subscription) {
    return members.joinPulling(subscription);
  }

  @Override
  public DelayedMessages delayed() {
    List<DelayedMessages> all = new ArrayList<>();
    all.add(new StoredDelays(store().delays(), machinery.delays));
    machinery.outboxes.each((store, engine) -> all.add(new StoredDelays(store.delays(), engine)));
    return all.size() == 1 ? all.get(0) : new AllDelays(all);
  }

  @Override
  public DeadLetters deadLetters(String group) {
    if (group.equals(DeadLetters.UNSENT)) {
      List<GroupDeadLetters.Firing> stores = new ArrayList<>();
      stores.add(new GroupDeadLetters.Firing(store(), redriving));
      machinery.outboxes.each(
          (store, engine) -> stores.add(new GroupDeadLetters.Firing(store, redriving(engine))));
      return new GroupDeadLetters(stores);
    }
    List<Connection> brokers =
        machinery.connections.all().stream()
            .filter(c -> !machinery.store.mayTakeFrom(c.driver()))
            .toList();
    return new GroupDeadLetters(group, store(), brokers, redriving);
  }

  @Override
  public Groups groups() {
    return new RegisteredGroups(
        machinery.registry, store().delays(), machinery.connections, members::has);
  }

  @Override
  public Locks locks() {
    return machinery.locks;
  }

  @Override
  public Modules modules() {
    return modules;
  }

  @Override
  public Health health() {
    return HealthReport.of(machinery, members.health(), !shut);
  }

  @Override
  public void close() {
    close(machinery.settings.grace());
  }

  @Override
  public void close(Duration grace) {
    if (closing.compareAndSet(false, true)) {
      try {
        shutDown(grace);
      } finally {
        closed.countDown();
      }
    } else {
      awaitClosed(grace);
    }
  }

  /**
   * Whether a member of the group in this bus would take another delivery if there was one. For
   * tests that want to know whether all is quiet.
   */
  public boolean hungry(String group) {
    return members.hungry(group);
  }

  private void shutDown(Duration grace) {
    long end = System.nanoTime() + grace.toNanos();
    modules.stop(modules.running(), grace);
    long left = Math.max(0, end - System.nanoTime());
    members.close(Duration.ofNanos(left));
    shut = true;
    machinery.equipment.instruments().close();
    machinery.close();
  }

  /** Another thread closes the bus: this one must not return before it is closed either. */
  private void awaitClosed(Duration grace) {
    try {
      boolean unused = closed.await(grace.plus(CLOSING).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Redriving redriving(DelayEngine engine) {
    return new Redriving(
        new Resender(machinery.forwarding, engine),
        machinery.timeline,
        machinery.settings.publishing().timeout().plusSeconds(5),
        () -> shut);
  }

  private Store store() {
    if (shut) {
      throw new ClosedException("The bus");
    }
    return machinery.store.store();
  }
}
