package io.postbus.cli.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Bus;
import io.postbus.BusBuilder;
import io.postbus.DeadLetters;
import io.postbus.DelayedMessage;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.Filter;
import io.postbus.Page;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Delayed.Kind;
import io.postbus.tck.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bus with a store of its own, and the outbox of an application's database beside it. */
class OutboxesIT {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(30));
  private static final String TOPIC = "orders";

  @TempDir Path folder;
  private final String broker = UUID.randomUUID().toString();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private Orders shared;
  private Orders orders;
  private Bus bus;

  @BeforeEach
  void open() throws Exception {
    shared = Orders.create(Orders.Kind.H2, Files.createDirectory(folder.resolve("shared")));
    orders = Orders.create(Orders.Kind.MARIADB, folder);
    bus = builder().open();
    bus.subscribe(
        Subscription.group("g").topics(TOPIC).retry(RetrySchedule.NONE).concurrency(1),
        d -> handled.add(d.message().id()));
  }

  @AfterEach
  void close() {
    bus.close(Duration.ZERO);
  }

  private BusBuilder builder() {
    Map<String, Object> outbox = new HashMap<>();
    orders
        .store()
        .forEach((key, value) -> outbox.put(key.replace("store.", "outboxes.orders."), value));
    return Bus.builder()
        .set("driver", "memory")
        .set("drivers.memory.name", broker)
        .set(shared.store())
        .set(outbox);
  }

  private static Message message(String id) {
    return Message.of(TOPIC, "Placed", id).id(id).key("k");
  }

  @Test
  void sendsWhatIsCommittedInEither() throws Exception {
    try (Connection there = orders.begin();
        Connection here = shared.begin()) {
      PublishOptions in = Publish.inTransaction(there, "orders");
      bus.publish(message("there"), in);
      bus.publish(message("sure"), in.guaranteed());
      bus.publish(message("delayed"), in.after(Duration.ofMillis(300)));
      bus.publish(message("here"), Publish.inTransaction(here));
      there.commit();
      here.commit();
      bus.publish(message("undone"), in);
      there.rollback();
    }
    SOON.until(
        "all are handled", () -> handled.containsAll(Set.of("there", "sure", "delayed", "here")));
    SOON.until("nothing waits", () -> bus.delayed().count(Filter.all()) == 0);
    assertThat(handled).hasSize(4);
  }

  @Test
  void showsAndChangesWhatWaitsInBoth() throws Exception {
    Duration hour = Duration.ofHours(1);
    bus.publish(message("here"), Publish.after(hour).handle("h"));
    try (Connection there = orders.begin()) {
      bus.publish(message("a"), Publish.inTransaction(there, "orders").after(hour).handle("a"));
      bus.publish(message("b"), Publish.inTransaction(there, "orders").after(hour));
      there.commit();
    }
    List<String> listed = new ArrayList<>();
    String cursor = null;
    do {
      Page<DelayedMessage> page = bus.delayed().list(Filter.all(), cursor, 1);
      page.items().forEach(d -> listed.add(d.message().id()));
      cursor = page.next().orElse(null);
    } while (cursor != null);
    assertThat(listed).containsExactly("here", "a", "b");
    assertThat(bus.delayed().find("a")).singleElement().matches(d -> d.kind() == Kind.OUTBOX);
    assertThat(bus.delayed().cancel("h")).isEqualTo(Outcome.DONE);
    assertThat(bus.delayed().cancel("a")).isEqualTo(Outcome.DONE);
    assertThat(bus.delayed().cancel("none")).isEqualTo(Outcome.NOT_FOUND);
    assertThat(bus.delayed().sendNow("b")).isEqualTo(Outcome.DONE);
    SOON.until("it is sent", () -> handled.contains("b"));
    assertThat(bus.deadLetters(DeadLetters.UNSENT).count(Filter.all())).isZero();
  }

  @Test
  void isWatched() {
    SOON.until(
        "both stores are known to answer",
        () ->
            Set.of("store", "outboxes.orders").stream()
                .map(bus.health().connections()::get)
                .allMatch(c -> c.state() == ConnectionState.CONNECTED));
  }

  @Test
  void refusesWhatDoesNotFit() throws Exception {
    try (Connection there = orders.begin()) {
      assertThatThrownBy(() -> bus.publish(message("x"), Publish.inTransaction(there, "order")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("orders");
      assertThatThrownBy(() -> bus.publish(message("x"), Publish.inTransaction(there)))
          .isInstanceOf(ConfigurationException.class);
    }
    assertThatThrownBy(
            () -> builder().set("outboxes.lost.type", "memory").open().close(Duration.ZERO))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("outboxes.lost");
  }
}
