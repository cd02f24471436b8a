package io.postbus.tck;

import io.postbus.spi.DriverProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What the contract needs to know of a driver, written by its author: how to open it, and how to
 * see and break the broker around it. Opened once for all contracts; its broker is its own.
 */
public interface DriverFixture extends AutoCloseable {
  DriverProvider provider();

  /** Goes in front of every name. Not empty, and on this broker no one else's. */
  String namespace();

  /** A new way to the broker. */
  Link link();

  NativeClient client();

  BrokerFaults faults();

  /**
   * For settings that the driver has, a value that it must refuse: all of them wrong at once, by
   * key. Empty if it has no settings.
   */
  Map<String, Object> invalidSettings();

  /** Texts of {@link Link#settings} that must never be shown: passwords. */
  Set<String> secrets();

  /** How long to wait for what has to happen before it counts as not happening. */
  default Duration patience() {
    return Duration.ofSeconds(30);
  }

  /** How many messages a run "without growth" takes. */
  default int volume() {
    return 1_000_000;
  }

  @Override
  void close();
}
