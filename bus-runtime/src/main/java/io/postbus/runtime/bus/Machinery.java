package io.postbus.runtime.bus;

import io.postbus.runtime.bus.BusSettings.Publishing;
import io.postbus.runtime.bus.BusSettings.Topic;
import io.postbus.runtime.bus.BusSettings.Unroutable;
import io.postbus.runtime.codec.Codecs;
import io.postbus.runtime.connect.Closing;
import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.connect.Connections;
import io.postbus.runtime.connect.Node;
import io.postbus.runtime.connect.StoreConnection;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.runtime.delay.DelaySettings;
import io.postbus.runtime.delay.DelaySettings.Firing;
import io.postbus.runtime.delay.DelayStats;
import io.postbus.runtime.guarantee.AckListener;
import io.postbus.runtime.guarantee.AckSender;
import io.postbus.runtime.guarantee.Departures;
import io.postbus.runtime.guarantee.StoreIdentity;
import io.postbus.runtime.guarantee.StoredPromises;
import io.postbus.runtime.lock.LeaseKeeper;
import io.postbus.runtime.lock.StoreLocks;
import io.postbus.runtime.publish.Forwarding;
import io.postbus.runtime.publish.Keeping;
import io.postbus.runtime.publish.KnownGroups;
import io.postbus.runtime.publish.Publisher;
import io.postbus.runtime.publish.Senders;
import io.postbus.runtime.time.Pending;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.LeaseStore;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a bus and how they hang together; opened in order, closed in the opposite one.
 * Thread-safe once made.
 */
final class Machinery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Machinery.class);
  private static final Duration DELAYS_END = Duration.ofMillis(500);
  private static final Duration LEASES_END = Duration.ofSeconds(1);
  private static final Duration CONNECTIONS_END = Duration.ofMillis(4_500);

  final BusSettings settings;
  final Equipment equipment;
  final Timeline timeline;
  final StoreConnection store;
  final Connections connections;
  final KnownGroups known;
  final NotingRegistry registry;
  final StoreIdentity identity;
  final Codecs codecs;
  final Forwarding forwarding;
  final DelayEngine delays;
  final Outboxes outboxes;
  final AckSender acknowledgements;
  final AckListener listener;
  final Publisher publisher;
  final StoreLocks locks;
  final Threads threads;
  private final LeaseKeeper leases;
  private final Heartbeat heartbeat;

  /**
   * Opens all of it; when a part cannot be opened, closes what was.
   *
   * @throws io.postbus.spi.ConfigurationException for what a driver or store does not accept
   */
  Machinery(BusSettings settings, Equipment equipment) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      this.settings = settings;
      this.equipment = equipment;
      this.timeline = equipment.timeline();
      opened.push(this::closeTimeline);
      this.threads = new Threads(timeline.pending());
      opened.push(threads);
      Node node = new Node(settings.namespace(), settings.node(), timeline, settings.callTimeout());
      this.store = StoreConnection.open(equipment.providers(), settings.store(), node);
      opened.push(store);
      this.connections = connections(node);
      opened.push(connections);
      this.known = new KnownGroups(store.store());
      this.registry = new NotingRegistry(store.store().groups(), known);
      this.identity = new StoreIdentity(store.store().delays());
      this.codecs = new Codecs(equipment.codecs());
      Senders senders =
          new Senders(
              connections,
              known,
              this::droppable,
              equipment.instruments().publishing(),
              threads.background());
      this.forwarding = new Forwarding(senders);
      this.acknowledgements = new AckSender(forwarding::toGroup, timeline, threads.sending());
      this.listener = listener();
      this.delays = delays();
      this.outboxes = outboxes(node);
      opened.push(outboxes);
      this.publisher = publisher(senders);
      LeaseStore leaseStore = store.store().leases();
      this.leases = new LeaseKeeper(leaseStore, settings.node(), timeline, threads.delaying());
      this.locks = new StoreLocks(leaseStore, leases, settings.lockTtl());
      this.heartbeat =
          new Heartbeat(store, outboxes.stores().values(), known, timeline, threads.background());
    } catch (RuntimeException e) {
      opened.forEach(Closing::one);
      throw e;
    }
  }

  void start() {
    StoreFit.shortcomings(connections.byDefault(), store).forEach(LOG::warn);
    heartbeat.start();
    delays.start();
    outboxes.start();
  }

  /** How what waits is, over all stores. */
  DelayStats delayStats() {
    return outboxes.engines().stream()
        .map(DelayEngine::stats)
        .reduce(delays.stats(), DelayStats::plus);
  }

  /** How the topic is declared. */
  TopicSpec topic(String name) {
    Topic configured = settings.topics().get(name);
    return configured == null ? TopicSpec.of(name) : configured.spec();
  }

  /** The connection's name as entries in the store carry it: none for the default one. */
  @Nullable String nameInStore(Connection c) {
    return c == connections.byDefault() ? null : c.name();
  }

  /** Closes the parts. Returns within about 10 s. */
  @Override
  public void close() {
    heartbeat.stop();
    acknowledgements.close();
    outboxes.stop(DELAYS_END);
    delays.stop(DELAYS_END);
    publisher.close();
    Closing.all(List.of(leases), LEASES_END);
    Closing.all(List.of(connections, outboxes, store), CONNECTIONS_END);
    Closing.one(threads);
    Closing.one(this::closeTimeline);
  }

  private AckListener listener() {
    return new AckListener(
        () -> this.delays,
        identity,
        store.store().delays().shards(),
        equipment.instruments().guaranteeing(),
        threads.background());
  }

  private Connections connections(Node node) {
    Publishing publishing = settings.publishing();
    return new Connections(
        equipment.providers(),
        settings.drivers(),
        settings.driver(),
        node,
        publishing.timeout(),
        publishing.window(),
        equipment.instruments().connecting());
  }

  private DelayEngine delays() {
    return new DelayEngine(
        delaySettings(settings.store().type()),
        store.store(),
        timeline,
        threads.delaying(),
        new FiringOutlet(
            forwarding, departures(), identity, listener, store.store().delays().shards()),
        equipment.instruments().delaying(),
        connections.byDefault().driver().signals());
  }

  private DelaySettings delaySettings(String name) {
    DelaySettings usual =
        DelaySettings.of(settings.namespace() + name, settings.node())
            .firing(settings.delays().fire() ? Firing.ON : Firing.OFF)
            .publishingWithin(settings.publishing().timeout());
    // Virtual time stands still while a put is waited for: it must not wait for a timer in turn.
    boolean real = timeline.pending() == Pending.NONE;
    return new DelaySettings(
        usual.name(),
        usual.node(),
        usual.firing(),
        usual.inFlight(),
        usual.publishAttempts(),
        real ? settings.publishing().timeout() : Duration.ZERO);
  }

  private Publisher publisher(Senders senders) {
    return new Publisher(
        senders,
        new Keeping(new LaterInStore(delays, outboxes), promises(), known, threads.sending()),
        codecs,
        settings.source(),
        equipment.interceptors(),
        equipment.instruments().publishing(),
        timeline,
        settings.publishing().timeout());
  }

  private Outboxes outboxes(Node node) {
    OutboxInStore own =
        new OutboxInStore(
            delays.outbox(),
            store.store(),
            settings.store().type(),
            equipment.transactions(),
            timeline);
    return Outboxes.open(
        own,
        settings.outboxes(),
        (name, s) -> StoreConnection.open(equipment.providers(), s, node),
        (name, opened) ->
            new DelayEngine(
                delaySettings("outboxes." + name),
                opened,
                timeline,
                threads.delaying(),
                new OutboxOutlet(
                    forwarding,
                    (entry, within) -> this.publisher.guarantee(entry, within),
                    timeline,
                    equipment.instruments().guaranteeing()),
                equipment.instruments().delaying(),
                connections.byDefault().driver().signals()));
  }

  private Departures departures() {
    return new Departures(
        known,
        (connection, group) -> connections.get(connection).driver().topology().backlog(group),
        timeline,
        wait -> this.delays.due(wait),
        equipment.instruments().guaranteeing());
  }

  private StoredPromises promises() {
    return new StoredPromises(
        delays,
        identity,
        listener,
        store.store().delays().shards(),
        store::mayTakeFrom,
        this::ackWithin);
  }

  private Duration ackWithin(String topic) {
    Topic configured = settings.topics().get(topic);
    return configured == null ? Topic.ACK_WITHIN : configured.ackWithin();
  }

  private boolean droppable(String topic) {
    Topic configured = settings.topics().get(topic);
    return configured != null && configured.unroutable() == Unroutable.DROP;
  }

  private void closeTimeline() throws Exception {
    if (timeline instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }
}
