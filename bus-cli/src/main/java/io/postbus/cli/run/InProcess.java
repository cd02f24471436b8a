package io.postbus.cli.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.postbus.Bus;
import io.postbus.BusBuilder;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Signals;
import io.postbus.runtime.observe.AdminServer;
import io.postbus.runtime.observe.BusPages;
import io.postbus.runtime.observe.PrometheusScrape;
import io.postbus.spi.Quantities;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs modules in this process until it is asked to end.
 *
 * @param started hears the admin listener's port once the modules run
 */
record InProcess(RunPlan plan, Signals signals, Consumer<OptionalInt> started) {
  private static final Logger log = LoggerFactory.getLogger(InProcess.class);

  /** Returns the exit code: 0 if what had begun was finished within the grace time. */
  int run() {
    Optional<InetSocketAddress> listen = plan.host().admin();
    MeterRegistry registry = listen.isPresent() ? PrometheusScrape.registry() : null;
    BusBuilder builder = plan.configuration().builder().set("health.required", true);
    if (registry != null) {
      builder.meterRegistry(registry);
    }
    Bus bus = builder.open();
    try (AdminServer admin = listen.map(on -> serve(on, bus, registry)).orElse(null)) {
      bus.modules().start(plan.names());
      log.info("Running {}", String.join(", ", plan.names()));
      started.accept(
          admin == null ? OptionalInt.empty() : OptionalInt.of(admin.address().getPort()));
      signals.asked().join();
      return drain(bus);
    } finally {
      bus.close(Duration.ZERO);
    }
  }

  private static AdminServer serve(InetSocketAddress on, Bus bus, @Nullable MeterRegistry meters) {
    return AdminServer.start(on, new BusPages(bus::health, PrometheusScrape.of(meters)));
  }

  /** The bus says no more than that it is closed, so the time tells whether handlers were cut. */
  private int drain(Bus bus) {
    Duration grace = plan.grace();
    log.info("Ending: what has begun has {} to finish", Quantities.write(grace));
    long begun = System.nanoTime();
    bus.modules().stop(plan.names(), grace);
    boolean late = System.nanoTime() - begun >= grace.toNanos() && !grace.isZero();
    bus.close(Duration.ZERO);
    if (late) {
      log.warn("Not all handlers finished in time; their deliveries go to others");
      return ExitCode.FAILURE;
    }
    log.info("Ended");
    return ExitCode.OK;
  }
}
