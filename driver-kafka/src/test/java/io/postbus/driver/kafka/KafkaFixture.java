package io.postbus.driver.kafka;

import io.postbus.spi.DriverProvider;
import io.postbus.tck.BrokerFaults;
import io.postbus.tck.DriverFixture;
import io.postbus.tck.Link;
import io.postbus.tck.NativeClient;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.KafkaOptions;
import io.postbus.testbrokers.TcpProxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** A private Kafka, and a proxy for each way to it. */
final class KafkaFixture implements DriverFixture {
  private static final int WAYS = 6;

  private final KafkaBroker broker = KafkaBroker.open(KafkaOptions.defaults().ways(WAYS));
  private final NativeKafka client = new NativeKafka(broker);
  private final Faults faults = new Faults();
  private final Deque<Integer> ways = new ArrayDeque<>(IntStream.range(0, WAYS).boxed().toList());

  @Override
  public DriverProvider provider() {
    return new KafkaProvider();
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
    Map<String, Object> wrong = new HashMap<>();
    wrong.put("servers", List.of("http://user:s3cret@host/"));
    wrong.put("partitions", 0);
    wrong.put("replication", -1);
    wrong.put("inbox-retention", "soon");
    wrong.put("declare", "perhaps");
    wrong.put("attributes", "some");
    wrong.put("group-protocol", "share");
    wrong.put("session-timeout", "0s");
    wrong.put("heartbeat", "0s");
    wrong.put("request-timeout", "0s");
    wrong.put("drain", "1h");
    wrong.put("commit-interval", "0s");
    wrong.put("max-span", 1);
    wrong.put("linger", "1h");
    wrong.put("batch-size", "1GB");
    wrong.put("buffer", "1");
    return wrong;
  }

  @Override
  public Set<String> secrets() {
    return Set.of("s3cret", "pa55word");
  }

  @Override
  public void close() {
    client.close();
    broker.close();
  }

  private final class ProxyLink implements Link {
    private final int number;
    private final TcpProxy proxy;

    ProxyLink() {
      synchronized (ways) {
        number = ways.remove();
      }
      proxy = broker.way(number);
    }

    @Override
    public Map<String, Object> settings() {
      Map<String, Object> settings = new HashMap<>();
      settings.put("servers", List.of(KafkaBroker.servers(proxy.endpoint())));
      settings.put("partitions", 3);
      // A silent member is to be missed while a test waits for it.
      settings.put("session-timeout", "3s");
      settings.put("request-timeout", "3s");
      settings.put("drain", "1s");
      settings.put("properties", Map.of("sasl.jaas.config", "password=\"pa55word\""));
      return settings;
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
      synchronized (ways) {
        if (!ways.contains(number)) {
          ways.add(number);
        }
      }
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
      client.requireReplicasOfLostFollower();
    }

    @Override
    public void unblock() {
      if (blocked) {
        client.requireOneReplica();
        blocked = false;
      }
    }
  }
}
