package io.postbus.cli;

import static picocli.CommandLine.ScopeType.INHERIT;

import io.postbus.cli.output.Format;
import io.postbus.spi.Quantities;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command takes, at any place. Filled by picocli, then only read. */
public final class Globals {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      scope = INHERIT,
      description = "the configuration (default: ./postbus.yaml, if there is one)")
  @Nullable Path config;

  @Option(
      names = "--driver",
      paramLabel = "NAME",
      scope = INHERIT,
      description = "the broker: memory, rabbitmq, or a name under drivers")
  @Nullable String driver;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      scope = INHERIT,
      description = "a setting over those of the file, as in shutdown.grace=5s; repeatable")
  Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = INHERIT,
      description = "table (the default), json or jsonl, a line for each")
  Format format = Format.TABLE;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      scope = INHERIT,
      description = "how long to wait for the broker, the store, or what is asked for, as in 30s")
  @Nullable Duration timeout;

  @Option(
      names = {"-v", "--verbose"},
      scope = INHERIT,
      description = "logs and stack traces on stderr; twice for more")
  boolean[] verbose = {};

  @Option(
      names = {"-h", "--help"},
      scope = INHERIT,
      usageHelp = true,
      description = "this text")
  boolean help;

  /** The file that is named, if one is. */
  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  public Optional<String> driver() {
    return Optional.ofNullable(driver);
  }

  public Map<String, String> settings() {
    return settings;
  }

  public Format format() {
    return format;
  }

  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** How often {@code -v} was given. */
  public int verbosity() {
    return verbose.length;
  }

  /** Reads a time of an option, for picocli. */
  static Duration duration(String text) {
    Duration d = Quantities.duration(text);
    if (d.isZero()) {
      throw new IllegalArgumentException("must be above zero");
    }
    return d;
  }
}
