package io.postbus.driver.redisstream;

import io.postbus.spi.DriverProvider;
import io.postbus.tck.BrokerFaults;
import io.postbus.tck.DriverFixture;
import io.postbus.tck.Link;
import io.postbus.tck.NativeClient;
import io.postbus.testbrokers.RedisBroker;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A private Redis with a user of its own for us, and a proxy for each way to it. */
final class RedisFixture implements DriverFixture {
  /** What is silent is to be noticed while a test waits for it. */
  private static final Map<String, Object> QUICK =
      Map.of("timeout", "2s", "block", "500ms", "claim-after", "3s");

  private final RedisBroker broker = RedisBroker.open();
  private final NativeRedis client = new NativeRedis(broker);
  private final Faults faults = new Faults();

  RedisFixture() {
    ProxyLink.addUser(broker);
  }

  @Override
  public DriverProvider provider() {
    return new RedisStreamProvider();
  }

  @Override
  public String namespace() {
    return "tck.";
  }

  @Override
  public Link link() {
    return new ProxyLink(broker, QUICK);
  }

  @Override
  public NativeClient client() {
    return client;
  }

  @Override
  public BrokerFaults faults() {
    return faults;
  }

  @Override
  public Map<String, Object> invalidSettings() {
    return Map.ofEntries(
        Map.entry("uris", List.of("http://user:s3cret@host/")),
        Map.entry("mode", "ring"),
        Map.entry("database", -1),
        Map.entry("attributes", "some"),
        Map.entry("connect-timeout", "soon"),
        Map.entry("timeout", "0s"),
        Map.entry("block", "0s"),
        Map.entry("claim-after", "1ms"),
        Map.entry("trim-every", "sometimes"),
        Map.entry("wait", Map.of("replicas", -1)));
  }

  @Override
  public Set<String> secrets() {
    return Set.of(ProxyLink.PASSWORD, "s3cret");
  }

  @Override
  public int volume() {
    return 300_000;
  }

  @Override
  public void close() {
    broker.close();
  }

  private final class Faults implements BrokerFaults {
    private boolean blocked;

    @Override
    public void kill() {
      broker.kill();
    }

    @Override
    public void start() {
      broker.start();
      ProxyLink.addUser(broker);
    }

    @Override
    public void wipe() {
      broker.wipe();
    }

    /** Short of memory, with nothing that it may evict. */
    @Override
    public void block() {
      blocked = true;
      broker.redisCli("CONFIG", "SET", "maxmemory", "1mb");
    }

    @Override
    public void unblock() {
      if (blocked) {
        broker.redisCli("CONFIG", "SET", "maxmemory", "0");
        blocked = false;
      }
    }
  }
}
