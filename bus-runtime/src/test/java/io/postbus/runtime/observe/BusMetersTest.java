package io.postbus.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.runtime.consume.Observer;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.runtime.publish.PublishEvents.Ending;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BusMetersTest {
  private static final long NOW = 1_700_000_000_000L;

  private final Subscription subscription =
      Subscription.group("g")
          .module("task-check")
          .consumer("ruby")
          .topics("live")
          .events("IncomeEarned", "Duration*");

  @Test
  void showsCostAndDelayInAScrape() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Observer observer = new BusMeters(registry, false).consumer(subscription);

    observer.handled(
        message("IncomeEarned", 250), NOW, TimeUnit.MILLISECONDS.toNanos(40), Outcome.OK);

    String tags =
        "{consumer=\"ruby\",event=\"IncomeEarned\",module=\"task-check\",outcome=\"ok\",topic=\"live\"}";
    assertThat(registry.scrape())
        .contains("messagebus_job_cost_seconds_count" + tags + " 1")
        .contains("messagebus_job_cost_seconds_sum" + tags + " 0.04")
        .contains("messagebus_job_delay_seconds_sum" + tags + " 0.25")
        .doesNotContain("modelName");
  }

  @Test
  void showsTheGaugesOfThePhpBusIfAsked() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Observer observer = new BusMeters(registry, true).consumer(subscription);

    observer.handled(message("IncomeEarned", 250), NOW, 1_500_000, Outcome.OK);
    observer.handled(message("IncomeEarned", 80), NOW, 2_500_000, Outcome.RETRIED);

    String tags = "{consumerName=\"ruby\",event=\"IncomeEarned\",modelName=\"task-check\"}";
    assertThat(registry.scrape())
        .contains("messagebus_job_cost" + tags + " 2.5")
        .contains("messagebus_job_delay" + tags + " 80.0")
        .contains("messagebus_job_cost_seconds_count{");
  }

  @Test
  void tagsEventsByWhatIsConfigured() {
    EventTag tag = new EventTag(subscription.events());

    assertThat(tag.of("IncomeEarned")).isEqualTo("IncomeEarned");
    assertThat(tag.of("DurationReached")).isEqualTo("Duration*");
    assertThat(tag.of("Surprise")).isEqualTo("other");
    assertThat(new EventTag(Subscription.group("g").events()).of("Any")).isEqualTo("other");
  }

  @Test
  void countsEachEndingOfAPublication() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    BusMeters meters = new BusMeters(registry, false);

    meters.ended("eu", message("E", 0), Ending.CONFIRMED);
    meters.ended("eu", message("E", 0), Ending.CONFIRMED);
    meters.ended("eu", message("E", 0), Ending.UNROUTABLE);

    assertThat(count(registry, "confirmed")).isEqualTo(2);
    assertThat(count(registry, "unroutable")).isEqualTo(1);
    assertThat(count(registry, "rejected")).isZero();
  }

  private static double count(SimpleMeterRegistry registry, String outcome) {
    return registry
        .get("messagebus.published")
        .tags("connection", "eu", "outcome", outcome)
        .counter()
        .count();
  }

  private static Message message(String type, long ageMillis) {
    return Message.builder("live", type).time(Instant.ofEpochMilli(NOW - ageMillis)).build();
  }
}
