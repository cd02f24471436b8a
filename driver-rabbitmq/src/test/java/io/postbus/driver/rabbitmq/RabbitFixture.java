package io.postbus.driver.rabbitmq;

import io.postbus.spi.DriverProvider;
import io.postbus.tck.BrokerFaults;
import io.postbus.tck.DriverFixture;
import io.postbus.tck.Link;
import io.postbus.tck.NativeClient;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.TcpProxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A private RabbitMQ, and a proxy for each way to it. */
final class RabbitFixture implements DriverFixture {
  private final RabbitBroker broker = RabbitBroker.open();
  private final NativeRabbit client = new NativeRabbit(broker);
  private final Faults faults = new Faults();
  private final String queueType;
  private final String attributes;
  private final int volume;

  RabbitFixture(String queueType, String attributes, int volume) {
    this.queueType = queueType;
    this.attributes = attributes;
    this.volume = volume;
  }

  @Override
  public DriverProvider provider() {
    return new RabbitProvider();
  }

  @Override
  public String namespace() {
    return "tck.";
  }

  @Override
  public Link link() {
    return new ProxyLink();
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
    return Map.of(
        "uris", List.of("http://user:s3cret@host/"),
        "queue-type", "stream",
        "attributes", "some",
        "declare", "perhaps",
        "prefetch", 0,
        "publish-channels", 0,
        "heartbeat", "0s",
        "connect-timeout", "soon",
        "rpc-timeout", "0s",
        "ack-timeout", "0s");
  }

  @Override
  public Set<String> secrets() {
    return Set.of(":guest@", "s3cret");
  }

  @Override
  public int volume() {
    return volume;
  }

  @Override
  public void close() {
    client.close();
    broker.close();
  }

  private final class ProxyLink implements Link {
    private final TcpProxy proxy = TcpProxy.to(broker.endpoint());

    @Override
    public Map<String, Object> settings() {
      return new HashMap<>(
          Map.of(
              "uris",
              List.of(broker.uri(proxy.endpoint()).toString()),
              "queue-type",
              queueType,
              "attributes",
              attributes,
              // A silent connection is to be noticed while a test waits for it.
              "heartbeat",
              "2s"));
    }

    @Override
    public void cut() {
      proxy.cut();
    }

    @Override
    public void down() {
      proxy.refuse();
      proxy.cut();
    }

    @Override
    public void stall() {
      proxy.stall();
    }

    @Override
    public void restore() {
      proxy.resume();
    }

    @Override
    public void close() {
      proxy.close();
    }
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
    }

    @Override
    public void wipe() {
      broker.wipe();
    }

    @Override
    public void block() {
      blocked = true;
      broker.raiseMemoryAlarm();
    }

    @Override
    public void unblock() {
      if (blocked) {
        broker.clearMemoryAlarm();
        blocked = false;
      }
    }
  }
}
