package io.postbus.runtime.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The gauges that dashboards of the PHP bus show: the last job's cost and delay in ms, by {@code
 * modelName}, {@code consumerName} and {@code event}.
 */
final class LegacyGauges {
  private final MeterRegistry registry;
  private final String module;
  private final String consumer;
  private final Map<String, Last> byEvent = new ConcurrentHashMap<>();

  LegacyGauges(MeterRegistry registry, String module, String consumer) {
    this.registry = registry;
    this.module = module;
    this.consumer = consumer;
  }

  void record(String event, long costNanos, long delayMillis) {
    Last last = byEvent.get(event);
    if (last == null) {
      last = byEvent.computeIfAbsent(event, this::register);
    }
    last.cost = (double) costNanos / TimeUnit.MILLISECONDS.toNanos(1);
    last.delay = delayMillis;
  }

  private Last register(String event) {
    Last last = new Last();
    gauge("messagebus_job_cost", event, last, l -> l.cost);
    gauge("messagebus_job_delay", event, last, l -> l.delay);
    return last;
  }

  private void gauge(String name, String event, Last last, ToDoubleFunction<Last> value) {
    Gauge.builder(name, last, value)
        .tags("modelName", module, "consumerName", consumer, "event", event)
        .strongReference(true)
        .register(registry);
  }

  private static final class Last {
    volatile double cost;
    volatile double delay;
  }
}
