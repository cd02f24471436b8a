package io.postbus.cli.config;

import io.postbus.Bus;
import io.postbus.BusBuilder;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.Globals;
import io.postbus.cli.output.Json;
import io.postbus.runtime.bus.BusSettings;
import io.postbus.runtime.config.ConfigSource;
import io.postbus.runtime.connect.DriverSettings;
import io.postbus.spi.Located;
import io.postbus.spi.Quantities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What a command line says of the configuration: the file, and what goes over it. Immutable.
 *
 * @param file the configuration file, if there is one
 * @param over settings over those of the file, by their paths
 */
public record Configuration(Optional<Path> file, Map<String, Object> over) {
  /** The type of the store where none is configured: this distribution brings it. */
  public static final String DEFAULT_STORE = "jdbc";

  private static final Path HERE = Path.of("postbus.yaml");
  private static final String COMMAND_LINE = "command line";
  private static final String MEMORY = "memory";

  /** Where the environment says that a broker is: the variable, and what it sets, by the driver. */
  private static final Map<String, Place> PLACES =
      Map.of(
          "rabbitmq", new Place("RABBITMQ_URI", "uris"),
          "kafka", new Place("KAFKA_SERVERS", "servers"),
          "redis-stream", new Place("REDIS_URI", "uris"));

  private record Place(String variable, String key) {}

  public Configuration {
    over = Map.copyOf(over);
  }

  /** The configuration of a command. */
  public static Configuration of(Globals globals, Map<String, String> environment) {
    Map<String, Object> over = new LinkedHashMap<>();
    globals
        .timeout()
        .ifPresent(
            limit -> {
              over.put("call-timeout", new Located(Quantities.write(limit), "--timeout"));
              over.put("publish.timeout", new Located(Quantities.write(limit), "--timeout"));
            });
    globals.driver().ifPresent(name -> over.put("driver", new Located(name, "--driver")));
    globals.settings().forEach((path, value) -> over.put(path, value(path, value)));
    Optional<Path> file = globals.config().or(() -> Optional.of(HERE).filter(Files::isRegularFile));
    Configuration configuration = new Configuration(file, over);
    return globals
        .driver()
        .filter(PLACES::containsKey)
        .map(driver -> configuration.withBrokerOf(driver, environment))
        .orElse(configuration);
  }

  /** The same with more settings over it. */
  public Configuration with(Map<String, ?> more) {
    Map<String, Object> all = new LinkedHashMap<>(over);
    all.putAll(more);
    return new Configuration(file, all);
  }

  public ConfigSource source() {
    return ConfigSource.ofProcess(file.orElse(null), over);
  }

  /** A builder of a bus with this configuration. */
  public BusBuilder builder() {
    BusBuilder builder = Bus.builder();
    file.ifPresent(builder::file);
    // The command that runs modules serves the pages itself; the others must not take its port.
    return builder.set(over).set("admin", Map.of());
  }

  /** Whether what waits in the store ends with the process that put it there. */
  public boolean storeEndsWithProcess() {
    return BusSettings.read(source().load(), DEFAULT_STORE).store().type().equals(MEMORY);
  }

  /** Whether the broker is within this process, so that no other one can be reached. */
  public boolean brokerIsInProcess() {
    BusSettings settings = BusSettings.read(source().load(), DEFAULT_STORE);
    DriverSettings driver = settings.drivers().get(settings.driver());
    return driver != null && driver.type().equals(MEMORY);
  }

  /** Without a word in the configuration a broker is where the environment says it is. */
  private Configuration withBrokerOf(String driver, Map<String, String> environment) {
    Place place = Objects.requireNonNull(PLACES.get(driver));
    String value = environment.getOrDefault(place.variable(), "");
    boolean said = source().load().section("drivers").section(driver).has(place.key());
    return value.isEmpty() || said
        ? this
        : with(
            Map.of(
                "drivers." + driver + "." + place.key(),
                new Located(value, "environment " + place.variable())));
  }

  /** Lists and sections are written as JSON. */
  private static Located value(String path, String text) {
    if (!text.startsWith("[") && !text.startsWith("{")) {
      return new Located(text, COMMAND_LINE);
    }
    try {
      return located(Json.mapper().readValue(text, Object.class));
    } catch (JacksonException e) {
      throw CommandFailure.usage(
          "--set "
              + path
              + " looks like a list or a section, but is no JSON: "
              + e.getOriginalMessage());
    }
  }

  private static Located located(@Nullable Object json) {
    if (json instanceof Map<?, ?> section) {
      Map<String, Located> values = new LinkedHashMap<>();
      section.forEach((key, value) -> values.put(String.valueOf(key), located(value)));
      return new Located(values, COMMAND_LINE);
    }
    if (json instanceof List<?> items) {
      return new Located(items.stream().map(Configuration::located).toList(), COMMAND_LINE);
    }
    return new Located(json == null ? "" : json, COMMAND_LINE);
  }
}
