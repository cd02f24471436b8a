package io.postbus.driver.redisstream;

import io.postbus.spi.StoreProvider;
import io.postbus.tck.Link;
import io.postbus.tck.ServerFaults;
import io.postbus.tck.ServerStoreContract;
import io.postbus.tck.ServerStoreFixture;
import io.postbus.testbrokers.RedisBroker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The store's contract on one Redis. */
class RedisStoreContractIT extends ServerStoreContract {
  @Override
  protected ServerStoreFixture open() {
    return new Fixture();
  }

  private static final class Fixture implements ServerStoreFixture {
    private final RedisBroker broker = RedisBroker.open();

    Fixture() {
      ProxyLink.addUser(broker);
    }

    @Override
    public StoreProvider provider() {
      return new RedisStoreProvider();
    }

    @Override
    public Map<String, Object> settings() {
      return new HashMap<>(Map.of("uris", List.of(ProxyLink.uri(broker.uri().getAuthority()))));
    }

    @Override
    public Map<String, Object> invalidSettings() {
      return Map.of(
          "uris", List.of("redis://user:s3cret@host/7/8"),
          "mode", "ring",
          "database", -1,
          "connect-timeout", "soon",
          "timeout", "0s");
    }

    @Override
    public Set<String> secrets() {
      return Set.of(ProxyLink.PASSWORD, "s3cret");
    }

    @Override
    public Link link() {
      return new ProxyLink(broker, Map.of("timeout", "2s"));
    }

    @Override
    public ServerFaults faults() {
      return new ServerFaults() {
        @Override
        public void kill() {
          broker.kill();
        }

        @Override
        public void start() {
          broker.start();
          ProxyLink.addUser(broker);
        }
      };
    }

    @Override
    public void close() {
      broker.close();
    }
  }
}
