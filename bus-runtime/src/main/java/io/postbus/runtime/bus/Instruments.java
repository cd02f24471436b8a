package io.postbus.runtime.bus;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Interceptor;
import io.postbus.Subscription;
import io.postbus.runtime.config.HostSettings;
import io.postbus.runtime.connect.Closing;
import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.connect.ConnectionEvents;
import io.postbus.runtime.consume.Observer;
import io.postbus.runtime.delay.DelayEvents;
import io.postbus.runtime.guarantee.GuaranteeEvents;
import io.postbus.runtime.observe.AdminServer;
import io.postbus.runtime.observe.BacklogMeter;
import io.postbus.runtime.observe.BusMeters;
import io.postbus.runtime.observe.BusPages;
import io.postbus.runtime.observe.ObservationInterceptor;
import io.postbus.runtime.observe.PrometheusScrape;
import io.postbus.runtime.publish.PublishEvents;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What watches a bus: its meters, its traces and the admin listener, as far as they are wanted.
 * Thread-safe.
 */
final class Instruments implements AutoCloseable {
  private final HostSettings host;
  private final @Nullable MeterRegistry registry;
  private final @Nullable BusMeters meters;
  private final @Nullable ObservationRegistry observations;
  private final Function<Subscription, Observer> watching;
  private final List<AutoCloseable> started = new ArrayList<>();
  private Optional<InetSocketAddress> admin = Optional.empty();

  /**
   * Instruments of a bus that is about to be opened.
   *
   * @param given where the application wants the meters; without it they exist only for the admin
   *     listener
   * @param watching makes another observer of each subscription
   */
  Instruments(
      HostSettings host,
      @Nullable MeterRegistry given,
      @Nullable ObservationRegistry observations,
      Function<Subscription, Observer> watching) {
    this.host = host;
    this.registry = given == null && host.admin().isPresent() ? PrometheusScrape.registry() : given;
    this.meters = registry == null ? null : new BusMeters(registry, host.legacyMetrics());
    this.observations = observations;
    this.watching = watching;
    if (registry != null && given == null) {
      started.add(registry::close);
    }
  }

  PublishEvents publishing() {
    return meters == null ? PublishEvents.NONE : meters;
  }

  DelayEvents delaying() {
    return meters == null ? DelayEvents.NONE : meters;
  }

  GuaranteeEvents guaranteeing() {
    return meters == null ? GuaranteeEvents.NONE : meters;
  }

  ConnectionEvents connecting() {
    BusMeters to = meters;
    if (to == null) {
      return ConnectionEvents.NONE;
    }
    return new ConnectionEvents() {
      @Override
      public void opened(Connection c) {
        to.connection(c.name(), c::status);
      }

      @Override
      public void reconnected(String name) {
        to.reconnected(name);
      }
    };
  }

  Observer observer(Subscription s) {
    Observer measuring = meters == null ? Observer.NONE : meters.consumer(s);
    return BothObservers.of(measuring, watching.apply(s));
  }

  /** A gauge of what the consumer holds. */
  void consumer(Subscription s, Supplier<ConsumerHealth> health) {
    if (meters != null) {
      meters.inFlight(s, health);
    }
  }

  /** The application's interceptors within the one that observes. */
  List<Interceptor> around(List<Interceptor> own) {
    List<Interceptor> all = new ArrayList<>();
    if (observations != null) {
      all.add(new ObservationInterceptor(observations));
    }
    all.addAll(own);
    return all;
  }

  /**
   * Begins to watch.
   *
   * @throws io.postbus.spi.ConfigurationException if the admin listener cannot listen
   */
  void watch(OpenedBus bus, Machinery m) {
    if (meters != null && registry != null) {
      meters.delays(m::delayStats);
      BacklogMeter backlog =
          new BacklogMeter(
              registry,
              m.registry,
              m.store.store().leases(),
              m.settings.node(),
              g -> bus.groups().backlog(g.name()),
              m.timeline,
              m.threads.background());
      started.add(backlog);
      backlog.start();
    }
    host.admin()
        .ifPresent(
            listen -> {
              BusPages pages = new BusPages(bus::health, PrometheusScrape.of(registry));
              AdminServer server = AdminServer.start(listen, pages);
              started.add(server);
              admin = Optional.of(server.address());
            });
  }

  /** Where the admin listener listens. */
  Optional<InetSocketAddress> admin() {
    return admin;
  }

  @Override
  public void close() {
    started.forEach(Closing::one);
  }
}
