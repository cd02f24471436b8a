package io.postbus.driver.memory;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Settings;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreProvider;
import io.postbus.tck.StoreContract;
import io.postbus.tck.StoreFixture;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A store that breaks its contract in one way.
 *
 * @param how what it does wrong, after "a store that …"
 * @param fails the contracts that find it out
 */
record BrokenStore(String how, StoreProvider provider, Set<String> fails) {
  static BrokenStore store(String how, UnaryOperator<Store> breaking, String... fails) {
    return new BrokenStore(how, new Opening(breaking), Set.of(fails));
  }

  static BrokenStore delays(String how, UnaryOperator<DelayStore> breaking, String... fails) {
    return store(
        how,
        good ->
            new ForwardingStore(good) {
              @Override
              public DelayStore delays() {
                return breaking.apply(good.delays());
              }
            },
        fails);
  }

  /** The contract of the store on trial. */
  static final class Contract extends StoreContract {
    @Override
    protected StoreFixture open() {
      BrokenStore broken = Trial.current(BrokenStore.class);
      return new MemoryStoreContractIT.Fixture() {
        @Override
        public StoreProvider provider() {
          return broken.provider();
        }

        @Override
        public Duration patience() {
          return Duration.ofSeconds(5);
        }

        @Override
        public int volume() {
          return 5_000;
        }
      };
    }
  }

  @Override
  public String toString() {
    return "a store that " + how + " fails " + new TreeSet<>(fails);
  }

  /** Opens the memory store, broken. */
  static class Opening implements StoreProvider {
    final StoreProvider good = new MemoryStoreProvider();
    private final UnaryOperator<Store> breaking;

    Opening(UnaryOperator<Store> breaking) {
      this.breaking = breaking;
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
    public Store open(Settings settings, StoreContext context) {
      return breaking.apply(good.open(settings, context));
    }
  }
}
