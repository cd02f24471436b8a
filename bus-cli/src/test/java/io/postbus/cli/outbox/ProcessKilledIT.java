package io.postbus.cli.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Filter;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.Order;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real processes end in the middle of their work, at each of its steps, on a real RabbitMQ. The
 * message and the row it belongs to are both there or neither is; the effect of a message is there
 * once.
 */
@Timeout(180)
class ProcessKilledIT {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  @TempDir Path folder;
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private Orders orders;
  private Bus bus;

  @AfterEach
  void close() throws InterruptedException {
    for (Process p : processes) {
      p.destroyForcibly();
      assertThat(p.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    if (bus != null) {
      bus.close(Duration.ZERO);
    }
  }

  private void configure(Orders.Kind kind, boolean fires) throws Exception {
    orders = Orders.create(kind, folder);
    StringBuilder yaml = new StringBuilder("driver: rabbitmq\n");
    yaml.append("namespace: \"").append(UUID.randomUUID()).append(".\"\n");
    yaml.append("drivers: { rabbitmq: { uris: [\"");
    yaml.append(RabbitBroker.shared().uri()).append("\"] } }\nstore:\n");
    for (Map.Entry<String, Object> e : orders.store().entrySet()) {
      if (!e.getKey().contains("pool")) {
        yaml.append("  ").append(e.getKey().substring("store.".length()));
        yaml.append(": \"").append(e.getValue()).append("\"\n");
      }
    }
    Files.writeString(folder.resolve("postbus.yaml"), yaml);
    bus = Bus.builder().file(folder.resolve("postbus.yaml")).set("delays.fire", fires).open();
  }

  private Process start(String work, Enum<?> step, String id) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                Dying.class.getName(),
                work,
                step.name(),
                id,
                orders.url(),
                orders.user(),
                orders.password(),
                orders.prefix())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log(step).toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private void ends(Process process, Enum<?> step, int code) throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log(step))).isEqualTo(code);
  }

  private Path log(Enum<?> step) {
    return folder.resolve(step + ".log");
  }

  private void awaitNothingWaits() {
    SOON.until("nothing waits", () -> bus.delayed().count(Filter.all()) == 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "MARIADB"})
  void rowAndMessageAreBothThereOrNeitherIs(Orders.Kind kind) throws Exception {
    configure(kind, true);
    bus.subscribe(
        Subscription.group("g").topics(Dying.TOPIC).concurrency(1),
        d -> handled.add(d.message().id()));
    Map<Dying.Publishing, Process> started = new EnumMap<>(Dying.Publishing.class);
    for (Dying.Publishing step : Dying.Publishing.values()) {
      started.put(step, start("publish", step, step.name()));
    }
    for (Map.Entry<Dying.Publishing, Process> p : started.entrySet()) {
      ends(p.getValue(), p.getKey(), p.getKey() == Dying.Publishing.NEVER ? 0 : Dying.HALTED);
    }
    SOON.until("both are handled", () -> handled.containsAll(List.of("AFTER_COMMIT", "NEVER")));
    awaitNothingWaits();
    // Whatever else there were would be in front of this one.
    bus.publish(Message.of(Dying.TOPIC, "Placed", "last").id("last"));
    SOON.until("the last is handled", () -> handled.contains("last"));
    for (Dying.Publishing step : Dying.Publishing.values()) {
      boolean committed = step.compareTo(Dying.Publishing.AFTER_COMMIT) >= 0;
      assertThat(orders.count(step.name())).as("row " + step).isEqualTo(committed ? 1 : 0);
      assertThat(handled.contains(step.name())).as("message " + step).isEqualTo(committed);
    }
    assertThat(handled).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "MARIADB"})
  void otherNodesSendTheRestInOrder(Orders.Kind kind) throws Exception {
    configure(kind, false);
    // Without an order the member may get one again, given back unhandled, behind its followers.
    bus.subscribe(
        Subscription.group("g").topics(Dying.TOPIC).concurrency(1).order(Order.KEY),
        d -> handled.add(d.message().id()));
    Process first = start("fire", Dying.Publishing.BEFORE_ROW, "-");
    List<String> keys = List.of("a", "b", "c", "d");
    int count = 300;
    try (Connection c = orders.begin()) {
      for (int i = 0; i < count; i++) {
        for (String key : keys) {
          Message m = Message.of(Dying.TOPIC, "Placed", "x").id(key + i).key(key);
          bus.publish(m, Publish.inTransaction(c));
        }
        if (i % 10 == 9) {
          c.commit();
        }
      }
    }
    SOON.until("the first node sends", () -> handled.size() > 50);
    first.destroyForcibly();
    start("fire", Dying.Publishing.AFTER_ROW, "-");
    SOON.until("all are handled", () -> new HashSet<>(handled).size() == count * keys.size());
    assertThat(handled.size() - count * keys.size()).as("duplicates").isLessThan(100);
    for (String key : keys) {
      List<String> all = handled.stream().filter(id -> id.startsWith(key)).distinct().toList();
      assertThat(all).isEqualTo(IntStream.range(0, count).mapToObj(i -> key + i).toList());
    }
    awaitNothingWaits();
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "MARIADB"})
  void theEffectOfAMessageIsThereOnce(Orders.Kind kind) throws Exception {
    configure(kind, true);
    bus.subscribe(Dying.subscription(), d -> {}).close();
    for (Dying.Handling step : Dying.Handling.values()) {
      String id = step.name();
      bus.publish(Message.of(Dying.TOPIC, "Placed", id).id(id).key("k"));
      Process process = start("handle", step, id);
      ends(process, step, step == Dying.Handling.NEVER ? 0 : Dying.HALTED);
      boolean committed = step.compareTo(Dying.Handling.AFTER_COMMIT) >= 0;
      assertThat(orders.count(id)).as("after " + step).isEqualTo(committed ? 1 : 0);
    }
    bus.publish(Message.of(Dying.TOPIC, "Placed", "last").id("last").key("k"));
    ends(start("handle", Dying.Handling.NEVER, "last"), Dying.Handling.NEVER, 0);
    for (Dying.Handling step : Dying.Handling.values()) {
      assertThat(orders.count(step.name())).as("effect of " + step).isEqualTo(1);
    }
    SOON.until("all are acknowledged", () -> bus.groups().backlog("effects").ready() == 0);
  }
}
