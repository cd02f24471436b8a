package io.postbus;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;

/** The modules of the configuration, started and stopped in this process. Thread-safe. */
public interface Modules {
  /** All that are configured. */
  Set<String> names();

  /** Those that run. */
  Set<String> running();

  /**
   * Starts modules: their handler, then their consumers. None if one is unknown or cannot be set
   * up; all problems at once.
   *
   * @throws io.postbus.spi.ConfigurationException with all problems
   */
  void start(Collection<String> names);

  /** Stops modules: their consumers, then their handler. Idempotent. */
  void stop(Collection<String> names, Duration grace);
}
