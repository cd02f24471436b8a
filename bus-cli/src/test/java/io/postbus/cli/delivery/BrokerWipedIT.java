package io.postbus.cli.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Consuming;
import io.postbus.Filter;
import io.postbus.Handler;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is guaranteed survives a RabbitMQ that is killed and loses its disk. */
@Timeout(240)
class BrokerWipedIT {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));
  private static final PublishOptions GUARANTEED =
      Publish.guaranteed().ackWithin(Duration.ofSeconds(2));
  private static final AtomicInteger TESTS = new AtomicInteger();

  private final int test = TESTS.incrementAndGet();
  private final Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
  private final RabbitBroker broker = RabbitBroker.open();
  private Bus publisher;
  private Bus consumer;

  @BeforeEach
  void open() {
    publisher = bus("near");
  }

  @AfterEach
  void close() {
    consumer.close(Duration.ZERO);
    publisher.close(Duration.ZERO);
    broker.close();
  }

  private Bus bus(String store) {
    MariaDbBroker database = MariaDbBroker.shared();
    String prefix = "wiped_" + ProcessHandle.current().pid() + "_" + test + "_" + store + "_";
    return Bus.builder()
        .set("driver", "rabbitmq")
        .set("drivers.rabbitmq.uris", List.of(broker.uri().toString()))
        .set("store.url", database.jdbcUrl())
        .set("store.username", database.username())
        .set("store.password", database.password())
        .set("store.table-prefix", prefix)
        .set("store.pool.max", 4)
        .open();
  }

  private static Subscription group(String name) {
    return Subscription.group(name).topics("orders").retry(RetrySchedule.NONE);
  }

  private Handler counting(String group) {
    return d ->
        handled
            .computeIfAbsent(group + " " + d.message().id(), key -> new AtomicInteger())
            .incrementAndGet();
  }

  private Set<String> publish(int count, PublishOptions how) {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Message m = Message.of("orders", "Placed", new byte[100]);
      publisher.publish(m, how);
      ids.add(m.id());
    }
    return ids;
  }

  private boolean handled(String group, Set<String> ids) {
    return ids.stream().allMatch(id -> handled.containsKey(group + " " + id));
  }

  private static boolean nothingWaits(Bus bus) {
    return bus.delayed().count(Filter.all()) == 0;
  }

  @Test
  void everyGuaranteedMessageIsHandledInTheEnd() {
    consumer = bus("near");
    consumer.subscribe(group("reads"), counting("reads"));
    Consuming sleeping = consumer.subscribe(group("sleeps"), counting("sleeps"));
    sleeping.pause();
    Set<String> confirmed = publish(50, Publish.confirmed());
    Set<String> ids = publish(500, GUARANTEED);
    broker.wipe();
    ids.addAll(publish(100, GUARANTEED));
    broker.start();
    sleeping.resume();
    ids.addAll(publish(100, GUARANTEED));
    SOON.until("the one group has handled all", () -> handled("reads", ids));
    SOON.until("and so has the other", () -> handled("sleeps", ids));
    SOON.until("nothing waits", () -> nothingWaits(publisher));
    int duplicates = handled.values().stream().mapToInt(n -> n.get() - 1).sum();
    System.out.printf("wiped: guaranteed=%d duplicates=%d%n", ids.size(), duplicates);

    // The disk was gone: what was only confirmed has not come.
    assertThat(confirmed).noneMatch(id -> handled("sleeps", Set.of(id)));
    assertThat(duplicates).isLessThan(ids.size());
  }

  @Test
  void aGroupOfAnotherStoreAcknowledgesThroughTheNewBroker() {
    publisher.subscribe(group("reads"), d -> {}).close();
    consumer = bus("far");
    Consuming reading = consumer.subscribe(group("reads"), counting("reads"));
    Set<String> ids = publish(200, GUARANTEED);
    SOON.until("they are acknowledged", () -> nothingWaits(publisher));
    reading.pause();
    ids.addAll(publish(200, GUARANTEED));
    broker.wipe();
    broker.start();
    reading.resume();
    SOON.until("all are handled", () -> handled("reads", ids));
    SOON.until("all are acknowledged", () -> nothingWaits(publisher));
    assertThat(nothingWaits(consumer)).isTrue();
  }
}
