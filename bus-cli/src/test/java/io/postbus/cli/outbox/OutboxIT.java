package io.postbus.cli.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Bus;
import io.postbus.BusBuilder;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.Filter;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.PublishException;
import io.postbus.spi.UnsupportedCapabilityException;
import io.postbus.tck.Eventually;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Publishing in the application's own transactions, in one process. */
class OutboxIT {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(30));
  private static final String TOPIC = "orders";

  @TempDir Path folder;
  private final String broker = UUID.randomUUID().toString();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Map<String, Long> handledAt = new ConcurrentHashMap<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Orders orders;
  private Bus bus;

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  private void open(Orders.Kind kind) throws Exception {
    orders = Orders.create(kind, folder);
    bus = opened(builder());
    bus.subscribe(
        Subscription.group("g").topics(TOPIC).retry(RetrySchedule.NONE).concurrency(1),
        delivery -> {
          handledAt.putIfAbsent(delivery.message().id(), System.nanoTime());
          handled.add(delivery.message().id());
        });
  }

  private BusBuilder builder() {
    return Bus.builder()
        .set("driver", "memory")
        .set("drivers.memory.name", broker)
        .set("store.accept-weaker", true)
        .set(orders.store());
  }

  private Bus opened(BusBuilder builder) {
    Bus made = builder.open();
    opened.add(() -> made.close(Duration.ZERO));
    return made;
  }

  private static Message message(String id) {
    return Message.of(TOPIC, "Placed", id).id(id);
  }

  private static Message keyed(String key, int n) {
    return message(key + n).key(key);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsCommittedIsSentAndWhatIsRolledBackNeverWas(Orders.Kind kind) throws Exception {
    open(kind);
    try (Connection c = orders.begin()) {
      bus.publish(message("undone"), Publish.inTransaction(c));
      orders.add(c, "undone");
      c.rollback();
      bus.publish(message("done"), Publish.inTransaction(c));
      orders.add(c, "done");
      assertThat(bus.delayed().count(Filter.all())).isZero();
      c.commit();
      SOON.until("the committed one is handled", () -> handled.contains("done"));
      assertThat(c.isClosed()).isFalse();
      assertThat(c.getAutoCommit()).isFalse();
    }
    SOON.until("nothing is left", () -> bus.delayed().count(Filter.all()) == 0);
    assertThat(handled).containsExactly("done");
    assertThat(orders.count("done")).isEqualTo(1);
    assertThat(orders.count("undone")).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void composesWithDelayHandleGroupAndGuarantee(Orders.Kind kind) throws Exception {
    open(kind);
    List<String> direct = new CopyOnWriteArrayList<>();
    bus.subscribe(Subscription.group("h").topics("others"), d -> direct.add(d.message().id()));
    try (Connection c = orders.begin()) {
      PublishOptions in = Publish.inTransaction(c);
      Instant begun = Instant.now();
      bus.publish(message("later"), in.after(Duration.ofMillis(700)));
      bus.publish(message("at"), in.at(begun.plusMillis(600)));
      bus.publish(message("past"), in.at(begun.minusSeconds(5)));
      bus.publish(message("cancelled"), in.after(Duration.ofMinutes(5)).handle("h:1"));
      bus.publish(message("direct"), in.toGroup("h"));
      bus.publish(message("sure"), in.guaranteed());
      bus.publishAsync(message("async"), in).toCompletableFuture().get();
      assertThat(bus.publishAll(List.of(message("all1"), message("all2")), in))
          .allMatch(result -> result.error().isEmpty());
      assertThat(bus.delayed().cancel("h:1")).isEqualTo(Outcome.NOT_FOUND);
      c.commit();
      assertThat(bus.delayed().find("h:1")).singleElement().matches(d -> d.kind() == Kind.OUTBOX);
      assertThat(bus.delayed().cancel("h:1")).isEqualTo(Outcome.DONE);
      SOON.until(
          "all are handled",
          () ->
              handled.containsAll(Set.of("later", "at", "past", "sure", "async", "all1", "all2"))
                  && direct.contains("direct"));
      assertThat(handled.indexOf("at")).isGreaterThan(handled.indexOf("past"));
      assertThat(Duration.between(begun, Instant.now())).isGreaterThan(Duration.ofMillis(700));
    }
    SOON.until("nothing is left", () -> bus.delayed().count(Filter.all()) == 0);
    assertThat(handled).hasSize(7);
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfAKeyLeaveInOrderAlsoThroughAFailingOne(Orders.Kind kind) throws Exception {
    open(kind);
    List<String> expected = new ArrayList<>();
    try (Connection c = orders.begin()) {
      for (int i = 0; i < 200; i++) {
        for (String key : List.of("a", "b")) {
          // The first of b goes to a topic without a group.
          Message m = keyed(key, i);
          bus.publish(
              key.equals("b") && i == 0 ? m.toBuilder().topic("nobody").build() : m,
              Publish.inTransaction(c));
        }
        if (i % 50 == 49) {
          c.commit();
        }
        expected.add("a" + i);
      }
    }
    SOON.until("a is handled", () -> handled.size() == 200);
    assertThat(handled).isEqualTo(expected);
    bus.subscribe(Subscription.group("late").topics("nobody"), d -> handled.add(d.message().id()));
    SOON.until("b follows", () -> handled.size() == 400);
    List<String> b = new ArrayList<>(handled.subList(200, 400));
    // It was sent first, but another group handles it, beside the one that handles the others.
    assertThat(b.remove("b0")).isTrue();
    assertThat(b).isEqualTo(expected.stream().skip(1).map(id -> "b" + id.substring(1)).toList());
  }

  /** As those that frameworks hand out: of a class that no driver knows. */
  @ParameterizedTest
  @EnumSource
  void anyConnectionWillDo(Orders.Kind kind) throws Exception {
    open(kind);
    try (Connection c = orders.begin()) {
      bus.publish(message("wrapped"), Publish.inTransaction(unable(c)));
      c.commit();
    }
    SOON.until("it is handled", () -> handled.contains("wrapped"));
  }

  private static Connection unable(Connection c) {
    Set<String> forbidden =
        Set.of("commit", "rollback", "close", "setAutoCommit", "abort", "unwrap", "setSavepoint");
    return (Connection)
        Proxy.newProxyInstance(
            OutboxIT.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) -> {
              if (forbidden.contains(method.getName())) {
                throw new AssertionError("called " + method.getName());
              }
              try {
                return method.invoke(c, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void leavesSoonAfterTheCommitAndAtOnceWhereThatIsTold(Orders.Kind kind) throws Exception {
    open(kind);
    Duration found = typicalDelay(bus, () -> {}, "found");
    AtomicReference<Runnable> commit = new AtomicReference<>(() -> {});
    Bus told =
        opened(
            builder()
                .set("delays.fire", false)
                .transactionSource((connection, committed) -> commit.set(committed)));
    Duration at = typicalDelay(told, () -> commit.get().run(), "told");
    System.out.printf("%s: handled %s after the commit, %s where told%n", kind, found, at);
    assertThat(found).isLessThan(Duration.ofMillis(500));
    assertThat(at).isLessThan(found);
  }

  private Duration typicalDelay(Bus publisher, Runnable committed, String name) throws Exception {
    List<Duration> delays = new ArrayList<>();
    try (Connection c = orders.begin()) {
      for (int i = 0; i < 31; i++) {
        String id = name + i;
        publisher.publish(message(id), Publish.inTransaction(c));
        c.commit();
        long then = System.nanoTime();
        committed.run();
        SOON.until("it is handled", () -> handledAt.containsKey(id));
        delays.add(Duration.ofNanos(handledAt.get(id) - then));
      }
    }
    delays.sort(null);
    return delays.get(delays.size() / 2);
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionWithoutATransactionIsRefused(Orders.Kind kind) throws Exception {
    open(kind);
    Connection c = orders.open();
    assertThatThrownBy(() -> bus.publish(message("auto"), Publish.inTransaction(c)))
        .isInstanceOf(PublishException.class)
        .hasMessageContaining("auto-commit");
    c.close();
    assertThatThrownBy(() -> bus.publish(message("closed"), Publish.inTransaction(c)))
        .isInstanceOf(PublishException.class);
    assertThat(bus.publishAsync(message("closed"), Publish.inTransaction(c)).toCompletableFuture())
        .isCompletedExceptionally();
    assertThat(bus.delayed().count(Filter.all())).isZero();
  }

  @Test
  void aConnectionToAnotherDatabaseIsRefused() throws Exception {
    open(Orders.Kind.MARIADB);
    Orders other = Orders.create(Orders.Kind.H2, folder);
    try (Connection c = other.begin()) {
      assertThatThrownBy(() -> bus.publish(message("lost"), Publish.inTransaction(c)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("database");
    }
  }

  @Test
  void aStoreThatTakesPartInNoTransactionSaysSo() throws Exception {
    orders = Orders.create(Orders.Kind.H2, folder);
    Bus inMemory = opened(Bus.builder().set("driver", "memory").set("store.type", "memory"));
    try (Connection c = orders.begin()) {
      assertThatThrownBy(() -> inMemory.publish(message("no"), Publish.inTransaction(c)))
          .isInstanceOf(UnsupportedCapabilityException.class)
          .hasMessageContaining("jdbc");
    }
  }
}
