package io.postbus.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.PublishResult;
import io.postbus.driver.memory.MemoryStoreProvider;
import io.postbus.message.Message;
import io.postbus.runtime.bus.BusSetup;
import io.postbus.runtime.connect.Providers;
import io.postbus.spi.DriverProvider;
import io.postbus.store.jdbc.JdbcStoreProvider;
import io.postbus.tck.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Nodes in this process, each with connections of its own, on one broker and one store. */
final class Nodes implements AutoCloseable {
  static final Eventually SOON = Eventually.within(Duration.ofSeconds(30));
  static final String TOPIC = "work";

  private final String namespace = UUID.randomUUID() + ".";
  private final Path folder;
  private final Brokers broker;
  private final Takings takings = new Takings();
  private final List<Bus> open = new ArrayList<>();

  Nodes(Path folder, Brokers broker) {
    this.folder = folder;
    this.broker = broker;
  }

  /** What each has taken from the broker. */
  Takings takings() {
    return takings;
  }

  /** One more, on the SQL store that all share. */
  Bus open() {
    return open("jdbc");
  }

  /** One more; a store of type memory is its own. */
  Bus open(String store) {
    boolean shared = store.equals("jdbc");
    DriverProvider driver = takings.watching("node " + open.size(), broker.provider());
    BusSetup setup =
        new BusSetup()
            .isolated()
            .providers(
                all ->
                    Providers.always(
                        driver, shared ? new JdbcStoreProvider() : new MemoryStoreProvider()))
            .set(broker.settings())
            .set("driver", driver.name())
            .set("namespace", namespace)
            .set("store.type", store);
    if (shared) {
      setup.set("store.url", "jdbc:h2:file:" + folder.resolve("store") + ";AUTO_SERVER=TRUE");
    }
    Bus bus = setup.open();
    open.add(bus);
    return bus;
  }

  static void publish(Bus bus, int from, int to) {
    List<Message> messages =
        IntStream.range(from, to)
            .mapToObj(i -> Message.of(TOPIC, "Job", "" + i).key("k" + i % 40))
            .toList();
    assertThat(bus.publishAll(messages)).allMatch(PublishResult::published);
  }

  @Override
  public void close() {
    open.forEach(bus -> bus.close(Duration.ZERO));
  }
}
