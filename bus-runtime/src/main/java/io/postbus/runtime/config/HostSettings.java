package io.postbus.runtime.config;

import io.postbus.spi.Settings;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What the process that hosts a bus is set to.
 *
 * @param admin where the admin listener listens; empty for no listener
 * @param legacyMetrics also publish the gauges of the PHP bus
 */
public record HostSettings(
    Optional<InetSocketAddress> admin, Level level, Format format, boolean legacyMetrics) {
  /** How much is logged. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** What a line of the log is. */
  public enum Format {
    TEXT,
    JSON
  }

  /** Reads {@code admin}, {@code log} and {@code metrics}, noting every problem in {@code root}. */
  public static HostSettings read(Settings root) {
    Settings log = root.section("log");
    return new HostSettings(
        root.section("admin").scalar("listen", HostSettings::address),
        log.choice("level", Level.INFO),
        log.choice("format", Format.TEXT),
        root.section("metrics").flag("legacy", false));
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[|]$", "");
      return host.isEmpty()
          ? new InetSocketAddress(port)
          : InetSocketAddress.createUnresolved(host, port);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "is \"" + text + "\", must be an address and a port like 127.0.0.1:7878", e);
    }
  }
}
