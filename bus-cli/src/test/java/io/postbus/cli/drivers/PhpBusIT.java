package io.postbus.cli.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.ModuleContext;
import io.postbus.ModuleHandler;
import io.postbus.message.Message;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RedisBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of docs/configuration.md reads what the PHP bus has written. */
@Timeout(60)
class PhpBusIT {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final String MARK = "<!-- php-bus -->\n```yaml\n";

  @TempDir Path folder;

  /** Remembers what it gets. */
  public static final class Heard implements ModuleHandler {
    static final Queue<Delivery> DELIVERIES = new ConcurrentLinkedQueue<>();

    @Override
    public void start(ModuleContext context) {
      DELIVERIES.clear();
    }

    @Override
    public void handle(Delivery delivery) {
      DELIVERIES.add(delivery);
    }
  }

  @Test
  void flatEntriesThatWereThereBeforeAreFilteredAndHandled() throws Exception {
    RedisBroker broker = RedisBroker.shared();
    write(broker, "IncomeEarned", "m-1", "7");
    write(broker, "Other", "m-2", "8");
    write(broker, "DurationReached", "m-3", "9");
    try (Bus bus = open(broker)) {
      bus.modules().start(List.of("test"));
      Eventually.within(Duration.ofSeconds(30))
          .until("two are handled", () -> Heard.DELIVERIES.size() == 2);
      bus.modules().stop(List.of("test"), Duration.ofSeconds(5));
    }
    assertThat(Heard.DELIVERIES.stream().map(d -> d.message().type()))
        .containsExactlyInAnyOrder("IncomeEarned", "DurationReached");
    Delivery first =
        Heard.DELIVERIES.stream()
            .filter(d -> d.message().id().equals("m-1"))
            .findFirst()
            .orElseThrow();
    Message income = first.message();
    assertThat(first.group()).isEqualTo("test-ruby");
    assertThat(income.type()).isEqualTo("IncomeEarned");
    assertThat(income.time()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(income.header("_app")).isEqualTo("live");
    assertThat(first.text()).contains("\"uid\":\"7\"").doesNotContain("_host", "message_id");
    assertThat(broker.redisCli("XPENDING", "test_topic1", "test-ruby")).startsWith("0");
  }

  private Bus open(RedisBroker broker) throws Exception {
    String page = Files.readString(PAGE);
    int start = page.indexOf(MARK) + MARK.length();
    Path file = folder.resolve("postbus.yaml");
    Files.writeString(file, page.substring(start, page.indexOf("```", start)));
    return Bus.builder()
        .file(file)
        .set("drivers.main.uris", List.of(broker.uri().toString()))
        .set("drivers.other.uris", List.of(broker.uri().toString()))
        .set("store.url", "jdbc:h2:file:" + folder.resolve("postbus"))
        .set("modules.test.handler", Heard.class.getName())
        .open();
  }

  private static void write(RedisBroker broker, String event, String id, String uid) {
    broker.redisCli(
        "XADD",
        "test_topic1",
        "*",
        "event",
        event,
        "message_id",
        id,
        "_app",
        "live",
        "_host",
        "h1",
        "_happened_at",
        "1700000000",
        "uid",
        uid);
  }
}
