package io.postbus.runtime.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The scrape of a registry. Needs Micrometer's Prometheus registry on the class path. */
public final class PrometheusScrape {
  private PrometheusScrape() {}

  /** Whether there can be one. */
  public static boolean isPresent() {
    try {
      Class.forName(
          "io.micrometer.prometheusmetrics.PrometheusMeterRegistry",
          false,
          PrometheusScrape.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  /**
   * A registry of our own, for a bus that has an admin listener and was given none. Only where it
   * {@link #isPresent}.
   */
  public static MeterRegistry registry() {
    return Present.registry();
  }

  /**
   * The scrape of the registry; a comment that says so where it has nothing to do with Prometheus.
   */
  public static Supplier<String> of(@Nullable MeterRegistry registry) {
    try {
      Optional<Supplier<String>> found = Present.scrape(registry);
      if (found.isPresent()) {
        return found.get();
      }
    } catch (NoClassDefFoundError absent) {
      return () -> "# Prometheus's registry is not on the class path\n";
    }
    return () -> "# The bus has a registry without Prometheus\n";
  }

  /** All that mentions Prometheus: where it is absent this class cannot even be verified. */
  private static final class Present {
    private Present() {}

    static MeterRegistry registry() {
      return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    static Optional<Supplier<String>> scrape(@Nullable MeterRegistry registry) {
      if (registry instanceof PrometheusMeterRegistry prometheus) {
        return Optional.of(prometheus::scrape);
      }
      if (registry instanceof CompositeMeterRegistry composite) {
        return composite.getRegistries().stream().flatMap(r -> scrape(r).stream()).findFirst();
      }
      return Optional.empty();
    }
  }
}
