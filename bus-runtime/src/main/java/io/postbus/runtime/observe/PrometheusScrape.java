package io.postbus.runtime.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.postbus.spi.ConfigurationException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The scrape of a registry. Needs Micrometer's Prometheus registry on the class path. */
public final class PrometheusScrape {
  private PrometheusScrape() {}

  /**
   * A registry of our own, for a bus that has an admin listener and was given none.
   *
   * @throws ConfigurationException if Prometheus's registry is not on the class path
   */
  public static MeterRegistry registry() {
    try {
      return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    } catch (NoClassDefFoundError absent) {
      throw new ConfigurationException(
          "admin.listen: /metrics needs io.micrometer:micrometer-registry-prometheus on the class"
              + " path, or a registry given in code",
          absent);
    }
  }

  /**
   * The scrape of the registry; a comment that says so where it has nothing to do with Prometheus.
   */
  public static Supplier<String> of(@Nullable MeterRegistry registry) {
    try {
      Optional<PrometheusMeterRegistry> found = find(registry);
      if (found.isPresent()) {
        return found.get()::scrape;
      }
    } catch (NoClassDefFoundError absent) {
      return () -> "# Prometheus's registry is not on the class path\n";
    }
    return () -> "# The bus has a registry without Prometheus\n";
  }

  private static Optional<PrometheusMeterRegistry> find(@Nullable MeterRegistry registry) {
    if (registry instanceof PrometheusMeterRegistry prometheus) {
      return Optional.of(prometheus);
    }
    if (registry instanceof CompositeMeterRegistry composite) {
      return composite.getRegistries().stream().flatMap(r -> find(r).stream()).findFirst();
    }
    return Optional.empty();
  }
}
