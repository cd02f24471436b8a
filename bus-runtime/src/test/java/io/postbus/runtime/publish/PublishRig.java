package io.postbus.runtime.publish;

import io.postbus.Interceptor;
import io.postbus.driver.memory.MemoryBroker;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.codec.Codecs;
import io.postbus.runtime.connect.ConnectionEvents;
import io.postbus.runtime.connect.Connections;
import io.postbus.runtime.connect.DriverSettings;
import io.postbus.runtime.connect.Node;
import io.postbus.runtime.connect.Providers;
import io.postbus.runtime.connect.StoreConnection;
import io.postbus.runtime.connect.StoreSettings;
import io.postbus.runtime.publish.PublishEvents.Ending;
import io.postbus.runtime.time.RealTimeline;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Located;
import io.postbus.spi.Order;
import io.postbus.spi.Settings;
import io.postbus.spi.Start;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A publisher on a memory broker and store of its own, with its groups and what it counted. */
final class PublishRig implements AutoCloseable {
  final String name = MessageId.next();
  final MemoryBroker broker = MemoryBroker.named(name);
  final RealTimeline timeline = new RealTimeline("test-timeline");
  final ExecutorService background = Executors.newSingleThreadExecutor();
  final Map<Ending, AtomicInteger> endings = new ConcurrentHashMap<>();
  final List<PutLater> delayed = new java.util.concurrent.CopyOnWriteArrayList<>();
  final StoreConnection store;
  final Connections connections;
  final KnownGroups known;
  final Publisher publisher;

  record PutLater(io.postbus.message.Destination to, Message message) {}

  PublishRig() {
    this(List.of(), "", Duration.ofSeconds(5));
  }

  PublishRig(List<Interceptor> interceptors, String source, Duration timeout) {
    Providers providers = Providers.load(getClass().getClassLoader());
    Node node = new Node("", Node.uniqueName(), InstantSource.system(), Duration.ofSeconds(5));
    Located section = new Located(Map.of("name", new Located(name, "")), "");
    Settings settings = Settings.of("", section);
    store =
        StoreConnection.open(
            providers, new StoreSettings("memory", settings, section, false, 4), node);
    connections =
        new Connections(
            providers,
            Map.of("main", new DriverSettings("main", "memory", settings, section)),
            "main",
            node,
            timeout,
            OptionalInt.of(100),
            ConnectionEvents.NONE);
    known = new KnownGroups(store.store());
    PublishEvents events =
        (connection, m, ending) ->
            endings.computeIfAbsent(ending, e -> new AtomicInteger()).incrementAndGet();
    Later later =
        (to, m, options) -> {
          delayed.add(new PutLater(to, m));
          return CompletableFuture.completedFuture(null);
        };
    Senders senders =
        new Senders(connections, known, topic -> topic.equals("droppable"), events, background);
    publisher =
        new Publisher(
            senders,
            new Keeping(later, new NoPromises(), known, background),
            new Codecs(List.of()),
            source,
            interceptors,
            events,
            timeline,
            timeout);
  }

  /** A group in the registry and on the broker. */
  void group(String group, String topic, String... types) {
    Group g = declared(group, topic, types);
    store.store().groups().register(g);
  }

  /** A group that only the broker knows. */
  Group declared(String group, String topic, String... types) {
    Group g = new Group(group, Set.of(topic), TypeFilter.of(types), Order.NONE, Instant.now());
    connections.byDefault().driver().topology().declare(g, Start.LATEST);
    return g;
  }

  long ready(String group) {
    return broker.backlog(group).ready();
  }

  int counted(Ending ending) {
    AtomicInteger n = endings.get(ending);
    return n == null ? 0 : n.get();
  }

  @Override
  public void close() {
    publisher.close();
    connections.close();
    store.close();
    background.shutdownNow();
    timeline.close();
    broker.close();
  }

  /** Nothing here is guaranteed. */
  private static final class NoPromises implements Promises {
    @Override
    public void require(Driver driver) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Duration ackWithin(String topic) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Ticket> put(Collection<String> groups, Message m, Duration ackWithin) {
      throw new UnsupportedOperationException();
    }
  }
}
