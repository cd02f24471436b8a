package io.postbus.runtime.connect;

import io.postbus.spi.ClosedException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections by their names in the configuration: the default one from the start, each other
 * when it is first asked for. Thread-safe.
 */
public final class Connections implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(8);

  private final Providers providers;
  private final Map<String, DriverSettings> settings;
  private final Node node;
  private final Duration publishTimeout;
  private final OptionalInt window;
  private final ConnectionEvents events;
  private final Map<String, Connection> open = new ConcurrentHashMap<>();
  private final Connection byDefault;
  private boolean closed;

  /**
   * Opens the default connection.
   *
   * @param settings of every connection, checked
   * @param publishTimeout within which each send of a producer ends
   * @param window how many messages of a producer may await their confirmation; empty for what its
   *     driver needs
   */
  public Connections(
      Providers providers,
      Map<String, DriverSettings> settings,
      String byDefault,
      Node node,
      Duration publishTimeout,
      OptionalInt window,
      ConnectionEvents events) {
    this.providers = providers;
    this.settings = settings;
    this.node = node;
    this.publishTimeout = publishTimeout;
    this.window = window;
    this.events = events;
    this.byDefault = open(byDefault);
  }

  /** The default connection. */
  public Connection byDefault() {
    return byDefault;
  }

  /**
   * The connection of this name; null and empty mean the default one.
   *
   * @throws ConfigurationException if none is configured under the name
   */
  public Connection get(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return byDefault;
    }
    Connection there = open.get(name);
    return there != null ? there : open(name);
  }

  /** Those that have been opened. */
  public Collection<Connection> opened() {
    return List.copyOf(open.values());
  }

  /** Every one that is configured; opens those that have not been. */
  public List<Connection> all() {
    return settings.keySet().stream().sorted().map(this::get).toList();
  }

  private synchronized Connection open(String name) {
    if (closed) {
      throw new ClosedException("The bus");
    }
    Connection there = open.get(name);
    if (there == null) {
      DriverSettings s = configured(name);
      there = Connection.open(providers.driver(s), s, node, publishTimeout, window, events);
      open.put(name, there);
      events.opened(there);
    }
    return there;
  }

  /** What is configured, or a driver's own name, which needs no configuration. */
  private DriverSettings configured(String name) {
    DriverSettings s = settings.get(name);
    if (s != null) {
      return s;
    }
    if (!providers.driverNames().contains(name)) {
      throw unknown(name);
    }
    DriverSettings plain = DriverSettings.plain(name);
    providers.check(plain);
    plain.settings().check();
    return plain;
  }

  private ConfigurationException unknown(String name) {
    Set<String> known = new TreeSet<>(settings.keySet());
    known.addAll(providers.driverNames());
    String nearest = Nearest.to(name, known);
    return new ConfigurationException(
        "There is no connection or driver \"%s\"; %s"
            .formatted(
                name,
                nearest == null
                    ? "there are " + String.join(", ", known)
                    : "did you mean " + nearest + "?"),
        null);
  }

  /** Closes all of them side by side. Idempotent; returns within about 10 s. */
  @Override
  public void close() {
    List<Connection> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(open.values());
    }
    Closing.all(all, LIMIT);
  }
}
