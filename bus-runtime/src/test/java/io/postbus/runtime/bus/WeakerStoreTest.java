package io.postbus.runtime.bus;

import static io.postbus.runtime.bus.BusRig.eventually;
import static io.postbus.runtime.bus.BusRig.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Bus;
import io.postbus.DeadLetter;
import io.postbus.DeadLetters.Redriven;
import io.postbus.Filter;
import io.postbus.Publish;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.driver.memory.MemoryDriverProvider;
import io.postbus.driver.memory.MemoryStoreProvider;
import io.postbus.message.Message;
import io.postbus.runtime.connect.ConnectionEvents;
import io.postbus.runtime.connect.Connections;
import io.postbus.runtime.connect.DriverSettings;
import io.postbus.runtime.connect.Node;
import io.postbus.runtime.connect.Providers;
import io.postbus.runtime.connect.StoreConnection;
import io.postbus.runtime.connect.StoreSettings;
import io.postbus.spi.Capability;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Durability;
import io.postbus.spi.Located;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.Settings;
import io.postbus.spi.Signals;
import io.postbus.spi.Topology;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that forgets more easily than the broker never takes over a delivery. */
class WeakerStoreTest {
  private static final Subscription MAIL =
      Subscription.group("mail").topics("orders").retry(RetrySchedule.NONE);

  private final BusRig rig = new BusRig();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private volatile boolean mended;

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void deadLettersLieOnTheBrokerAndAreRedrivenFromThere() {
    try (Bus bus = durable().open()) {
      Message m = fail(bus);
      eventually("it is dead", () -> rig.broker.backlog("dlq.mail").ready() == 1);

      DeadLetter letter = bus.deadLetters("mail").find(m.id()).orElseThrow();
      assertThat(letter.message()).isEqualTo(m);
      assertThat(letter.failure().message()).isEqualTo("out of paper");
      mended = true;
      assertThat(bus.deadLetters("mail").redrive(Filter.all())).isEqualTo(new Redriven(1, 1, 0));
      eventually("it is handled", () -> seen.contains(m.id() + " 1"));
      assertThat(bus.deadLetters("mail").count(Filter.all())).isZero();
    }
  }

  @Test
  void acceptingTheWeakerStoreLetsDeliveriesGo() {
    try (Bus bus = durable().set("store.accept-weaker", true).open()) {
      Message m = fail(bus);

      eventually("it is dead", () -> bus.deadLetters("mail").find(m.id()).isPresent());
      assertThat(rig.broker.groups()).doesNotContain("dlq.mail");
    }
  }

  @Test
  void peopleAreToldWhatTheStoreDoesNotDo() {
    Providers memory = Providers.always(new DurableMemory(), new MemoryStoreProvider());
    Node node = new Node("", "n", InstantSource.system(), Duration.ofSeconds(1));
    Located none = new Located(Map.of(), "");
    Settings settings = Settings.of("", none);
    try (Connections connections =
            new Connections(
                memory,
                Map.of("main", new DriverSettings("main", "x", settings, none)),
                "main",
                node,
                Duration.ofSeconds(1),
                OptionalInt.of(10),
                ConnectionEvents.NONE);
        StoreConnection store =
            StoreConnection.open(memory, new StoreSettings("x", settings, none, false, 1), node);
        StoreConnection accepted =
            StoreConnection.open(memory, new StoreSettings("x", settings, none, true, 1), node)) {
      assertThat(StoreFit.shortcomings(connections.byDefault(), store))
          .singleElement()
          .asString()
          .contains("process", "durable", "accept-weaker", "dlq.");
      assertThat(StoreFit.shortcomings(connections.byDefault(), accepted)).isEmpty();
    }
  }

  @Test
  void nothingIsGuaranteedByAStoreThatForgetsSooner() {
    try (Bus bus = durable().open()) {
      bus.subscribe(MAIL, d -> {});
      assertThatThrownBy(() -> bus.publish(message("Placed"), Publish.guaranteed()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("store.accept-weaker");
    }
    try (Bus bus = durable().set("store.accept-weaker", true).open()) {
      bus.subscribe(MAIL, d -> seen.add(d.message().id()));
      Message m = message("Placed");
      bus.publish(m, Publish.guaranteed());
      eventually("it is handled", () -> seen.contains(m.id()));
    }
  }

  private Message fail(Bus bus) {
    bus.subscribe(
        MAIL,
        d -> {
          if (!mended) {
            throw new IllegalStateException("out of paper");
          }
          seen.add(d.message().id() + " " + d.attempt());
        });
    Message m = message("Placed");
    bus.publish(m);
    return m;
  }

  private BusSetup durable() {
    return rig.setup()
        .set("call-timeout", Duration.ofSeconds(2).toString())
        .providers(p -> Providers.always(new DurableMemory(), new MemoryStoreProvider()));
  }

  /** The memory driver, saying that what it confirms survives. */
  private static final class DurableMemory implements DriverProvider {
    private final DriverProvider memory = new MemoryDriverProvider();

    @Override
    public String name() {
      return "durable";
    }

    @Override
    public void check(Settings settings) {
      memory.check(settings);
    }

    @Override
    public Driver open(Settings settings, DriverContext context) {
      return new DurableDriver(memory.open(settings, context));
    }
  }

  private record DurableDriver(Driver memory) implements Driver {
    @Override
    public Set<Capability> capabilities() {
      return memory.capabilities();
    }

    @Override
    public Durability durability() {
      return Durability.DURABLE;
    }

    @Override
    public Optional<Duration> maxHold() {
      return memory.maxHold();
    }

    @Override
    public int window() {
      return memory.window();
    }

    @Override
    public Producer producer(ProducerSpec spec) {
      return memory.producer(spec);
    }

    @Override
    public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
      return memory.consumer(spec, listener);
    }

    @Override
    public Topology topology() {
      return memory.topology();
    }

    @Override
    public Signals signals() {
      return memory.signals();
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
