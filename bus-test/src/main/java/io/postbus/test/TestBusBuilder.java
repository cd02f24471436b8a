package io.postbus.test;

import io.postbus.Codec;
import io.postbus.Interceptor;
import io.postbus.runtime.bus.BusSetup;
import io.postbus.runtime.time.VirtualTimeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sets up a {@link TestBus}. One thread. */
public final class TestBusBuilder {
  private final BusSetup setup = new BusSetup();
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private Duration patience = Duration.ofSeconds(10);

  TestBusBuilder() {
    settings.put("publish.timeout", "1s");
    settings.put("call-timeout", "2s");
    // Each shard keeps time on its own: one makes a day pass in a second or two.
    settings.put("delays.shards", 1);
  }

  /**
   * The application's own configuration. Whatever drivers and store it names, memory is used; its
   * modules are there to be started.
   */
  public TestBusBuilder file(Path file) {
    setup.file(file);
    return this;
  }

  /** One setting, by its path in the file. */
  public TestBusBuilder set(String path, Object value) {
    settings.put(path, value);
    return this;
  }

  /** As {@link io.postbus.BusBuilder#codec}. */
  public TestBusBuilder codec(Codec codec) {
    setup.codec(codec);
    return this;
  }

  /** As {@link io.postbus.BusBuilder#interceptor}. */
  public TestBusBuilder interceptor(Interceptor interceptor) {
    setup.interceptor(interceptor);
    return this;
  }

  /** When the bus's time begins; otherwise now. */
  public TestBusBuilder start(Instant time) {
    this.start = time.truncatedTo(ChronoUnit.MILLIS);
    return this;
  }

  /** How long, in real time, handlers and the rest may take at each moment; otherwise 10 s. */
  public TestBusBuilder patience(Duration limit) {
    this.patience = limit;
    return this;
  }

  /**
   * Opens the bus.
   *
   * @throws io.postbus.spi.ConfigurationException with every problem of the configuration
   */
  public TestBus open() {
    PrivateMemory memory = new PrivateMemory();
    VirtualTimeline timeline = new VirtualTimeline(start, patience);
    Ledger ledger = new Ledger();
    setup
        .isolated()
        .set(settings)
        .providers(found -> memory.providers())
        .timeline(timeline)
        .interceptor(ledger)
        .observers(s -> ledger.of(s.group()))
        .random(() -> 0.5);
    try {
      return new TestBus(setup.open(), memory, timeline, ledger, patience);
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }
}
