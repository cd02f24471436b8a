package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.Start;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members come and go, and so do partitions. */
class RebalanceIT {
  private static final int KEYS = 12;

  /** What was handed out, by key: the numbers in the order of their first delivery. */
  private final Map<String, List<Integer>> firsts = new ConcurrentHashMap<>();

  private final Map<String, Integer> times = new ConcurrentHashMap<>();

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  @Timeout(120)
  void nodesThatJoinAndLeaveUnderLoadLoseNothingAndKeepTheOrder(String protocol) throws Exception {
    try (Scene scene = new Scene()) {
      Map<String, Object> settings = Map.of("group-protocol", protocol, "partitions", 6);
      Driver first = scene.driver(settings);
      Driver second = scene.driver(settings);
      Group group = scene.declared(first, Order.KEY);
      Load load = new Load(Scene.producer(first));
      try (Member stays = new Member(first, group)) {
        for (int round = 0; round < 4; round++) {
          try (Member comes = new Member(second, group)) {
            int before = comes.handled.get();
            Eventually.within(Scene.PATIENCE)
                .until("the second has work", () -> comes.handled.get() > before + 100);
          }
          int before = stays.handled.get();
          Eventually.within(Scene.PATIENCE)
              .until("the first has work", () -> stays.handled.get() > before + 100);
        }
        List<Message> sent = load.end();
        Eventually.within(Scene.PATIENCE)
            .asserts(
                "nothing is lost", () -> assertThat(times.keySet()).containsAll(Scene.ids(sent)));
        firsts.forEach((key, numbers) -> assertThat(numbers).as(key).isSorted());
        long duplicates = times.values().stream().mapToInt(n -> n - 1).sum();
        // Handlers finish what they have begun before a partition goes, and it is committed.
        assertThat(duplicates).as("repeated of " + sent.size()).isZero();
      }
    }
  }

  @Test
  void whatIsFinishedBeyondAGapIsNotRepeatedByTheNext() throws Exception {
    try (Scene scene = new Scene()) {
      Driver driver = scene.driver(Map.of("drain", "0s"));
      driver.topology().declare(Scene.topic("topic", 1, null));
      Group group = scene.declared(driver, Order.NONE);
      Scene.publish(Scene.producer(driver), Scene.messages(3_000));
      List<Received> got;
      try (Consumer consumer = Scene.consumer(driver, group, 3_000)) {
        got = Scene.receive(consumer, 3_000);
        for (int i = 0; i < got.size(); i++) {
          if (i % 3 != 0) {
            assertThat(consumer.settle(got.get(i), Settlement.ACK)).isTrue();
          }
        }
        assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      }
      List<String> open = new ArrayList<>();
      for (int i = 0; i < got.size(); i += 3) {
        open.add(got.get(i).message().id());
      }
      try (Consumer next = Scene.consumer(driver, group, 3_000)) {
        List<Received> again = Scene.receive(next, 1_000);
        assertThat(Scene.idsOf(again)).containsExactlyElementsOf(open);
        Scene.ack(next, again);
        assertThat(next.flush(Scene.PATIENCE)).isTrue();
      }
      assertThat(driver.topology().backlog(group).ready()).isZero();
    }
  }

  @Test
  void aPartitionIsNotReadFarBeyondItsOldestUnsettledMessage() throws Exception {
    try (Scene scene = new Scene()) {
      Driver driver = scene.driver(Map.of("max-span", 500));
      driver.topology().declare(Scene.topic("topic", 1, null));
      Group group = scene.declared(driver, Order.NONE);
      Consumer consumer = Scene.consumer(driver, group, 10_000);
      List<String> handled = new ArrayList<>();
      Producer producer = Scene.producer(driver);
      Scene.publish(producer, Scene.messages(5_000));
      Received slow = Scene.receive(consumer, 1).get(0);
      List<Received> some = consumer.poll(10_000, Duration.ofSeconds(5));
      while (!some.isEmpty()) {
        some.forEach(d -> handled.add(d.message().id()));
        Scene.ack(consumer, some);
        some = consumer.poll(10_000, Duration.ofSeconds(1));
      }
      assertThat(handled).hasSizeLessThan(2_000);
      assertThat(consumer.settle(slow, Settlement.ACK)).isTrue();
      Eventually.within(Scene.PATIENCE)
          .asserts(
              "the rest comes",
              () -> {
                List<Received> more = consumer.poll(10_000, Duration.ofMillis(200));
                more.forEach(d -> handled.add(d.message().id()));
                Scene.ack(consumer, more);
                assertThat(handled).hasSize(4_999).doesNotHaveDuplicates();
              });
      assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      assertThat(driver.topology().backlog(group).ready()).isZero();
    }
  }

  @Test
  void aPartitionThatIsAddedIsReadFromItsBeginning() throws Exception {
    try (Scene scene = new Scene()) {
      Driver driver = scene.driver(Map.of("properties", Map.of("metadata.max.age.ms", "500")));
      driver.topology().declare(Scene.topic("topic", 1, null));
      Group group = scene.declared(driver, Order.NONE);
      Consumer consumer = Scene.consumer(driver, group, 100);
      Producer producer = Scene.producer(driver);
      Scene.publish(producer, Scene.messages(5));
      Scene.ack(consumer, Scene.receive(consumer, 5));
      String topic = scene.namespace + "topic";
      scene.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all().get();
      List<String> sent = new ArrayList<>();
      List<String> got = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        List<Message> keyed = new ArrayList<>();
        for (int k = 0; k < KEYS; k++) {
          keyed.add(Message.of("topic", "Type", new byte[1]).key("key-" + k));
        }
        sent.addAll(Scene.ids(keyed));
        Scene.publish(producer, keyed);
        List<Received> some = consumer.poll(100, Duration.ofMillis(200));
        got.addAll(Scene.idsOf(some));
        Scene.ack(consumer, some);
      }
      Eventually.within(Scene.PATIENCE)
          .asserts(
              "all have come",
              () -> {
                List<Received> some = consumer.poll(100, Duration.ofMillis(200));
                got.addAll(Scene.idsOf(some));
                Scene.ack(consumer, some);
                assertThat(got).containsExactlyInAnyOrderElementsOf(sent);
              });
    }
  }

  @Test
  void aGroupThatLivesMayTakeAnotherTopicOn() throws Exception {
    try (Scene scene = new Scene()) {
      Driver driver = scene.driver();
      Group before = scene.declared(driver, Order.NONE);
      Consumer old = Scene.consumer(driver, before, 10);
      driver.topology().declare(Scene.topic("other", 2, null));
      Producer producer = Scene.producer(driver);
      Scene.confirmed(
          producer.send(Destination.topic("other"), Message.of("other", "TooEarly", new byte[0])));
      Scene.publish(producer, Scene.messages(1));
      Scene.ack(old, Scene.receive(old, 1));
      Group now =
          new Group("group", Set.of("topic", "other"), before.types(), Order.NONE, before.since());
      driver.topology().declare(now, Start.LATEST);
      Message wanted = Message.of("other", "Wanted", new byte[0]);
      Scene.confirmed(producer.send(Destination.topic("other"), wanted));
      old.close();
      Consumer consumer = Scene.consumer(driver, now, 10);
      assertThat(Scene.idsOf(Scene.receive(consumer, 1))).containsExactly(wanted.id());
    }
  }

  /** Publishes keyed and numbered messages, about two thousand a second. */
  private static final class Load {
    private final List<Message> sent = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean ending;

    Load(Producer producer) {
      thread =
          new Thread(
              () -> {
                for (int n = 0; !ending; n++) {
                  List<Message> some = new ArrayList<>();
                  for (int k = 0; k < KEYS; k++) {
                    some.add(
                        Message.of("topic", "Type", new byte[10])
                            .key("key-" + k)
                            .header("n", Integer.toString(n)));
                  }
                  Scene.publish(producer, some);
                  sent.addAll(some);
                  LockSupport.parkNanos(2_000_000);
                }
              },
              "load");
      thread.start();
    }

    List<Message> end() throws InterruptedException {
      ending = true;
      thread.join(Scene.PATIENCE.toMillis());
      assertThat(thread.isAlive()).isFalse();
      return List.copyOf(sent);
    }
  }

  /** A member on a thread of its own. */
  private final class Member implements AutoCloseable {
    final AtomicInteger handled = new AtomicInteger();
    private final Consumer consumer;
    private final Thread thread;
    private volatile boolean closing;

    Member(Driver driver, Group group) {
      consumer = Scene.consumer(driver, group, 50);
      thread = new Thread(this::run, "member");
      thread.start();
    }

    private void run() {
      while (!closing) {
        for (Received d : consumer.poll(50, Duration.ofMillis(50))) {
          Message m = d.message();
          int number = Integer.parseInt(String.valueOf(m.header("n")));
          if (times.merge(m.id(), 1, Integer::sum) == 1) {
            firsts
                .computeIfAbsent(String.valueOf(m.key()), k -> new CopyOnWriteArrayList<>())
                .add(number);
          }
          consumer.settle(d, Settlement.ACK);
          handled.incrementAndGet();
        }
      }
    }

    @Override
    public void close() throws InterruptedException {
      closing = true;
      thread.join(Scene.PATIENCE.toMillis());
      consumer.close();
    }
  }
}
