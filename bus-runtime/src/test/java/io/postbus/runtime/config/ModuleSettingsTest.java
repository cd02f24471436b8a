package io.postbus.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.Subscription.Circuit;
import io.postbus.Subscription.Idempotent;
import io.postbus.Subscription.Idempotent.By;
import io.postbus.runtime.config.ModuleSettings.HandlerKind;
import io.postbus.spi.Order;
import io.postbus.spi.Rate;
import io.postbus.spi.Settings;
import io.postbus.spi.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleSettingsTest {
  @TempDir Path folder;

  @Test
  void readsHowCompletedMessagesAreRecognised() throws IOException {
    ModuleSettings module =
        module(
            """
            defaults: { idempotent: 3d }
            modules:
              m:
                handler: x.Y
                consumers:
                  inherits: { topics: [t] }
                  other: { topics: [t], idempotent: { by: fingerprint } }
                  off: { topics: [t], idempotent: 0s }
            """);

    assertThat(module.consumers())
        .extracting(Subscription::idempotent)
        .containsExactly(
            Optional.of(new Idempotent(Duration.ofDays(3), By.ID)),
            Optional.of(new Idempotent(Duration.ofDays(3), By.FINGERPRINT)),
            Optional.empty());
  }

  @Test
  void readsWhenAConsumerPauses() throws IOException {
    ModuleSettings module =
        module(
            """
            defaults: { circuit: { patience: 1m } }
            modules:
              m:
                handler: x.Y
                consumers:
                  inherits: { topics: [t], circuit: { failures: 5 } }
                  says: { topics: [t], circuit: { probe: 1s, patience: 30s } }
            """);

    assertThat(module.consumers())
        .extracting(Subscription::circuit)
        .containsExactly(
            new Circuit(5, Duration.ofSeconds(5), Duration.ofMinutes(1)),
            new Circuit(20, Duration.ofSeconds(1), Duration.ofSeconds(30)));
  }

  @Test
  void readsEveryKeyOfAConsumer() throws IOException {
    ModuleSettings module =
        module(
            """
            modules:
              task-check:
                handler: com.example.TaskCheck
                processes: 2
                restart-delay: 120s
                driver: kafka
                settings: { anything: { goes: 1 } }
                consumers:
                  ruby:
                    topics: [live.income, live.duration]
                    events: [IncomeEarned, "Duration*"]
                    group: test-ruby-live25
                    start: earliest
                    concurrency: 3
                    timeout: 30s
                    retry: { in-place: [1s], delayed: [10s, 1m], jitter: 0.5 }
                    fetch: { max: 100, every: 2s }
                    batch: { size: 10, wait: 20ms }
                    order: key
                    rate-limit: 500/s
            """);

    assertThat(module.handler()).isEqualTo(new HandlerKind.OfClass("com.example.TaskCheck"));
    assertThat(module.processes()).isEqualTo(2);
    assertThat(module.restartDelay()).isEqualTo(Duration.ofMinutes(2));
    assertThat(module.settings().section("anything").text("goes")).contains("1");
    Subscription c = module.consumers().get(0);
    assertThat(c.group()).isEqualTo("test-ruby-live25");
    assertThat(c.module()).isEqualTo("task-check");
    assertThat(c.consumer()).isEqualTo("ruby");
    assertThat(c.driver()).isEqualTo("kafka");
    assertThat(c.topics()).containsExactly("live.duration", "live.income");
    assertThat(c.events().accepts("DurationReached")).isTrue();
    assertThat(c.events().accepts("Other")).isFalse();
    assertThat(c.start()).isEqualTo(Start.EARLIEST);
    assertThat(c.order()).isEqualTo(Order.KEY);
    assertThat(c.concurrency()).isEqualTo(3);
    assertThat(c.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(c.retry())
        .isEqualTo(
            new RetrySchedule(
                List.of(Duration.ofSeconds(1)),
                List.of(Duration.ofSeconds(10), Duration.ofMinutes(1)),
                0.5));
    assertThat(c.fetch()).isEqualTo(new Subscription.Fetch(100, Duration.ofSeconds(2)));
    assertThat(c.batch()).isEqualTo(new Subscription.Batch(10, Duration.ofMillis(20)));
    assertThat(c.rateLimit()).contains(Rate.perSecond(500));
  }

  @Test
  void inheritsTheDefaultsKeyByKey() throws IOException {
    ModuleSettings module =
        module(
            """
            defaults:
              concurrency: 2
              retry: { in-place: [5ms] }
            modules:
              m:
                handler: X
                consumers:
                  c: { topics: t, retry: { delayed: [1s] } }
            """);

    Subscription c = module.consumers().get(0);
    assertThat(c.group()).isEqualTo("m.c");
    assertThat(c.concurrency()).isEqualTo(2);
    assertThat(c.retry().inPlace()).containsExactly(Duration.ofMillis(5));
    assertThat(c.retry().delayed()).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void knowsTheKindsOfHandlers() throws IOException {
    String rest = ", consumers: { c: { topics: t } } }\n";

    assertThat(module("modules:\n  m: { exec: [./check.py, -q]" + rest).handler())
        .isEqualTo(new HandlerKind.Exec(List.of("./check.py", "-q")));
    assertThat(module("modules:\n  m: { http: \"http://h:1/e\"" + rest).handler().toString())
        .contains("http://h:1/e");
    assertThat(module("modules:\n  m: { processes: 1" + rest).handler())
        .isEqualTo(new HandlerKind.Discovered());
  }

  @Test
  void tellsEveryProblemAtOnce() {
    assertThatThrownBy(
            () ->
                module(
                    """
                    drivers: { kafka: {} }
                    modules:
                      m:
                        handler: X
                        exec: [y]
                        http: ftp://z
                        driver: kafak
                        consumers:
                          a: { group: g }
                          b: { topics: [t], group: g, idempotent: 1ms, order: keys, concurency: 3 }
                      n:
                        handler: X
                    """))
        .hasMessageContaining(":5: modules.m.exec stands beside handler")
        .hasMessageContaining(":6: modules.m.http must be like http://")
        .hasMessageContaining(":7: modules.m.driver is \"kafak\"")
        .hasMessageContaining("did you mean kafka?")
        .hasMessageContaining(":9: modules.m.consumers.a.topics is missing")
        .hasMessageContaining(
            ":10: modules.m.consumers.b.group is g, which is the group of m.a too")
        .hasMessageContaining(
            "modules.m.consumers.b.idempotent is wrong: idempotent is PT0.001S, must be 1s or longer")
        .hasMessageContaining("order is \"keys\", must be one of none, key, single")
        .hasMessageContaining("concurency is not a known key; did you mean concurrency?")
        .hasMessageContaining("modules.n.consumers is missing");
  }

  private ModuleSettings module(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("postbus.yaml"), yaml);
    Settings root = new ConfigSource(file, Map.of(), new Properties(), Map.of()).load();
    Map<String, ModuleSettings> all = ModuleSettings.read(root);
    root.section("drivers").sections();
    ConfigSource.check(root);
    return Objects.requireNonNull(all.values().iterator().next());
  }
}
