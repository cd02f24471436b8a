package io.postbus.runtime.module;

import io.postbus.BatchHandler;
import io.postbus.Bus;
import io.postbus.ConsumerSource;
import io.postbus.Consuming;
import io.postbus.ModuleContext;
import io.postbus.ModuleHandler;
import io.postbus.Subscription;
import io.postbus.runtime.config.ModuleSettings;
import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A module whose handler has started and whose consumers run. Used by one thread at a time. */
final class RunningModule {
  private static final Logger LOG = LoggerFactory.getLogger(RunningModule.class);

  private final String name;
  private final ModuleHandler handler;
  private final List<Consuming> consumers = new ArrayList<>();

  private RunningModule(String name, ModuleHandler handler) {
    this.name = name;
    this.handler = handler;
  }

  /**
   * Starts the handler, then its consumers; what was started is stopped again on failure.
   *
   * @throws ConfigurationException with every problem that was met
   */
  static RunningModule start(Bus bus, ModuleSettings settings, ClassLoader loader) {
    HandlerLoader handlers = new HandlerLoader(loader, settings.name());
    ModuleHandler handler = handlers.handler(settings);
    ModuleContext context = new ModuleContext(settings.name(), bus, settings.settings());
    RunningModule module = new RunningModule(settings.name(), handler);
    try {
      module.startHandler(context);
      for (Subscription s : module.subscriptions(handlers, settings, context)) {
        module.consumers.add(module.subscribe(bus, s));
      }
      LOG.info("Module {} runs with {} consumers", settings.name(), module.consumers.size());
      return module;
    } catch (BusException e) {
      module.stop(Duration.ZERO);
      throw e;
    }
  }

  /** Takes no new deliveries. */
  void pause() {
    consumers.forEach(Consuming::pause);
  }

  /** Stops the consumers within the grace time, then the handler. */
  void stop(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    for (Consuming c : consumers) {
      long left = deadline - System.nanoTime();
      quietly("consumer " + c.subscription().consumer(), x -> c.close(x), left);
    }
    try {
      handler.stop();
    } catch (Exception e) {
      LOG.warn("The handler of module {} failed to stop", name, e);
    }
  }

  private void quietly(String what, Consumer<Duration> close, long nanosLeft) {
    try {
      close.accept(nanosLeft > 0 ? Duration.ofNanos(nanosLeft) : Duration.ZERO);
    } catch (BusException e) {
      LOG.warn("The {} of module {} failed to stop", what, name, e);
    }
  }

  private void startHandler(ModuleContext context) {
    try {
      handler.start(context);
    } catch (ConfigurationException e) {
      throw e;
    } catch (Exception e) {
      throw new ConfigurationException("The handler of module " + name + " did not start: " + e, e);
    }
    context.settings().check();
  }

  private List<Subscription> subscriptions(
      HandlerLoader handlers, ModuleSettings settings, ModuleContext context) {
    if (settings.consumersFrom().isEmpty()) {
      return settings.consumers();
    }
    ConsumerSource source = handlers.consumerSource(settings.consumersFrom().get());
    try {
      return source.consumers(context, settings.defaults());
    } catch (Exception e) {
      throw new ConfigurationException(
          "The consumers of module " + name + " could not be computed: " + e, e);
    }
  }

  private Consuming subscribe(Bus bus, Subscription subscription) {
    return handler instanceof BatchHandler batches
        ? bus.subscribeBatch(subscription, batches)
        : bus.subscribe(subscription, handler);
  }
}
