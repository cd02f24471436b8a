package io.postbus.driver.memory;

import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.Settings;
import io.postbus.spi.Topology;
import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A driver that breaks its contract in one way.
 *
 * @param how what it does wrong, after "a driver that …"
 * @param fails the contracts that find it out
 */
record Broken(String how, DriverProvider provider, Set<String> fails) {
  interface Consumers {
    Consumer open(Driver good, ConsumerSpec spec, ConsumerListener listener);
  }

  static Broken driver(String how, UnaryOperator<Driver> breaking, String... fails) {
    return new Broken(how, new Opening(breaking, UnaryOperator.identity()), Set.of(fails));
  }

  static Broken context(String how, UnaryOperator<DriverContext> breaking, String... fails) {
    return new Broken(how, new Opening(UnaryOperator.identity(), breaking), Set.of(fails));
  }

  static Broken provider(String how, DriverProvider provider, String... fails) {
    return new Broken(how, provider, Set.of(fails));
  }

  static Broken producer(String how, UnaryOperator<Producer> breaking, String... fails) {
    return driver(
        how,
        good ->
            new ForwardingDriver(good) {
              @Override
              public Producer producer(ProducerSpec spec) {
                return breaking.apply(good.producer(spec));
              }
            },
        fails);
  }

  static Broken consumer(String how, UnaryOperator<Consumer> breaking, String... fails) {
    return consumers(
        how, (good, spec, listener) -> breaking.apply(good.consumer(spec, listener)), fails);
  }

  static Broken consumers(String how, Consumers breaking, String... fails) {
    return driver(
        how,
        good ->
            new ForwardingDriver(good) {
              @Override
              public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
                return breaking.open(good, spec, listener);
              }
            },
        fails);
  }

  static Broken topology(String how, UnaryOperator<Topology> breaking, String... fails) {
    return driver(
        how,
        good ->
            new ForwardingDriver(good) {
              @Override
              public Topology topology() {
                return breaking.apply(good.topology());
              }
            },
        fails);
  }

  /** The contract of the driver on trial. */
  static final class Contract extends DriverContract {
    @Override
    protected DriverFixture open() {
      Broken broken = Trial.current(Broken.class);
      return new MemoryFixture() {
        @Override
        public DriverProvider provider() {
          return broken.provider();
        }

        @Override
        public Duration patience() {
          return Duration.ofSeconds(5);
        }

        @Override
        public int volume() {
          return 20_000;
        }
      };
    }
  }

  @Override
  public String toString() {
    return "a driver that " + how + " fails " + new TreeSet<>(fails);
  }

  /** Opens the memory driver, broken. */
  static class Opening implements DriverProvider {
    private final DriverProvider good = new MemoryDriverProvider();
    private final UnaryOperator<Driver> driver;
    private final UnaryOperator<DriverContext> context;

    Opening(UnaryOperator<Driver> driver, UnaryOperator<DriverContext> context) {
      this.driver = driver;
      this.context = context;
    }

    @Override
    public String name() {
      return good.name();
    }

    @Override
    public void check(Settings settings) {
      good.check(settings);
    }

    @Override
    public Driver open(Settings settings, DriverContext lent) {
      return driver.apply(good.open(settings, context.apply(lent)));
    }
  }
}
