package io.postbus.driver.memory;

import io.postbus.spi.DriverProvider;
import io.postbus.tck.BrokerFaults;
import io.postbus.tck.DriverFixture;
import io.postbus.tck.Link;
import io.postbus.tck.NativeClient;
import io.postbus.tck.NativeMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A broker of its own in this JVM; its network is made of names. */
class MemoryFixture implements DriverFixture {
  private static final String NAMESPACE = "tck.";

  private final String name = UUID.randomUUID().toString();
  private final MemoryBroker broker = MemoryBroker.named(name, NAMESPACE);
  private final AtomicInteger links = new AtomicInteger();

  @Override
  public DriverProvider provider() {
    return new MemoryDriverProvider();
  }

  @Override
  public String namespace() {
    return NAMESPACE;
  }

  @Override
  public Duration patience() {
    return Duration.ofSeconds(10);
  }

  @Override
  public Link link() {
    return new NamedLink("link-" + links.incrementAndGet());
  }

  @Override
  public NativeClient client() {
    return new Inside();
  }

  @Override
  public BrokerFaults faults() {
    return new Faults();
  }

  @Override
  public Map<String, Object> invalidSettings() {
    return Map.of("capacity", 0, "max-bytes", "many", "max-hold", "0s", "keep", "perhaps");
  }

  @Override
  public Set<String> secrets() {
    return Set.of();
  }

  @Override
  public void close() {
    broker.close();
  }

  private final class NamedLink implements Link {
    private final String link;

    NamedLink(String link) {
      this.link = link;
    }

    @Override
    public Map<String, Object> settings() {
      return new HashMap<>(Map.of("name", name, "link", link));
    }

    @Override
    public void cut() {
      broker.cut(link);
    }

    @Override
    public void down() {
      broker.down(link);
    }

    @Override
    public void stall() {
      broker.stall(link);
    }

    @Override
    public void restore() {
      broker.restore(link);
    }

    @Override
    public void close() {
      restore();
    }
  }

  private final class Inside implements NativeClient {
    @Override
    public long countAtBroker(String group) {
      var backlog = broker.backlog(group);
      return backlog.ready() + backlog.unsettled().orElse(0);
    }

    @Override
    public void publish(String topic, byte[] body, Map<String, Object> headers) {
      Map<String, String> texts = new LinkedHashMap<>();
      headers.forEach((k, v) -> texts.put(k, NativeClient.text(v)));
      broker.publish(topic, new MemoryBroker.Raw(body, texts, null));
    }

    @Override
    public AutoCloseable read(String topic, Consumer<NativeMessage> reader) {
      return broker.read(
          topic,
          raw -> reader.accept(new NativeMessage(raw.body(), raw.headers(), raw.contentType())));
    }

    @Override
    public String attributePrefix() {
      return MemoryBroker.ATTRIBUTE_PREFIX;
    }
  }

  private final class Faults implements BrokerFaults {
    @Override
    public void kill() {
      broker.stop();
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
      broker.block();
    }

    @Override
    public void unblock() {
      broker.unblock();
    }
  }
}
