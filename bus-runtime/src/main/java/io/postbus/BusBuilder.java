package io.postbus;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.postbus.spi.Problem;
import io.postbus.spi.StoreSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sets up a bus. One thread. What is set here goes over what the file says. */
public interface BusBuilder {
  /** The configuration file; without one only what is set here and in the environment counts. */
  BusBuilder file(Path file);

  /** One setting, by its path in the file: {@code set("drivers.rabbitmq.prefetch", 100)}. */
  BusBuilder set(String path, Object value);

  /** Several settings by their paths. */
  BusBuilder set(Map<String, ?> settings);

  /** Where the metrics go; without one they cost nothing. */
  BusBuilder meterRegistry(MeterRegistry registry);

  /** Where observations of publishing and handling go, for traces. */
  BusBuilder observationRegistry(ObservationRegistry registry);

  /** A codec, asked before the built-in ones and in the order of adding. */
  BusBuilder codec(Codec codec);

  /** An interceptor; the first one added is the outermost. */
  BusBuilder interceptor(Interceptor interceptor);

  /** Tells when transactions commit in which messages are published. */
  BusBuilder transactionSource(TransactionSource source);

  /** Who publishes: the {@code source} of messages that have none. */
  BusBuilder source(String source);

  /** Loads drivers, stores and handlers; the caller's context class loader by default. */
  BusBuilder classLoader(ClassLoader loader);

  /**
   * Reads the configuration without opening or starting anything.
   *
   * @return what is odd but harmless, such as unknown variables of the environment
   * @throws io.postbus.spi.ConfigurationException with every problem
   */
  List<Problem> check();

  /**
   * The tables of the configured store, for whoever makes and changes them; to be closed by the
   * caller. Empty for a store that has none.
   *
   * @throws io.postbus.spi.ConfigurationException with every problem
   */
  Optional<StoreSchema> schema();

  /**
   * Opens the bus.
   *
   * @throws io.postbus.spi.ConfigurationException with every problem
   */
  Bus open();
}
