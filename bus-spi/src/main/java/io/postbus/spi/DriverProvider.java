package io.postbus.spi;

/** Opens drivers of one kind. Found by {@link java.util.ServiceLoader}; stateless, thread-safe. */
public interface DriverProvider {
  /**
   * The value of {@code driver:} or {@code type:} in the configuration, and the module's suffix.
   */
  String name();

  /**
   * Reads every setting and reports every problem to {@code settings}, touching nothing outside the
   * process. {@link Settings#check()} is the caller's.
   */
  void check(Settings settings);

  /**
   * Opens a driver and returns without waiting for the broker: it connects in the background, for
   * as long as it takes, and reports to {@link DriverContext#state}.
   *
   * @throws ConfigurationException with every invalid setting
   */
  Driver open(Settings settings, DriverContext context);
}
