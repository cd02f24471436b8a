package io.postbus.driver.memory;

import static io.postbus.driver.memory.Peer.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Members that come, go, release and wait for long, all at once. A wake-up that gets lost leaves
 * somebody waiting for the whole minute of a poll, and the test fails.
 */
@Timeout(50)
class CompetingTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MESSAGES = 60_000;

  private final Peer peer = new Peer(MessageId.next(), Map.of("capacity", 500));
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicBoolean done = new AtomicBoolean();
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Message> inOrder = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() throws InterruptedException {
    peer.close();
    threads.shutdownNow();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void everyMessageIsAcknowledgedOnceByOneOfMany() throws Exception {
    Group group = peer.declare("g", "t");
    List<Future<?>> members = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int seed = i;
      members.add(threads.submit(() -> member(group, new Random(seed))));
    }
    List<String> sent = publish(2);
    Eventually.within(MINUTE)
        .until("all are acknowledged", () -> acknowledged.size() == sent.size());
    assertThat(acknowledged.keySet()).isEqualTo(Set.copyOf(sent));
    assertThat(acknowledged.values()).allMatch(n -> n == 1);
    done.set(true);
    peer.close();
    for (Future<?> m : members) {
      m.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void orderHoldsWhoeverIsActive() throws Exception {
    Group group = peer.declare(Peer.group("g", Order.SINGLE, "t"));
    List<Future<?>> members = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int seed = i;
      members.add(threads.submit(() -> member(group, new Random(seed))));
    }
    List<String> sent = publish(1);
    Eventually.within(MINUTE).until("all are acknowledged", () -> inOrder.size() == sent.size());
    assertThat(inOrder).extracting(Message::id).containsExactlyElementsOf(sent);
    done.set(true);
    peer.close();
    for (Future<?> m : members) {
      m.get(20, TimeUnit.SECONDS);
    }
  }

  /** Joins, handles some, leaves with some in hand, joins again. */
  private void member(Group group, Random random) {
    try {
      while (!done.get()) {
        try (Consumer consumer = peer.join(group, 1 + random.nextInt(20))) {
          for (int polls = 0; polls < 200; polls++) {
            handle(consumer, consumer.poll(1 + random.nextInt(10), MINUTE), random);
          }
          var takenAlong = consumer.poll(5, Duration.ZERO);
          assertThat(takenAlong).hasSizeLessThanOrEqualTo(5);
        }
      }
    } catch (ClosedException e) {
      assertThat(done).isTrue();
    }
  }

  /** Acknowledges the head and releases the tail. */
  private void handle(Consumer consumer, List<Received> batch, Random random) {
    int heads = random.nextInt(4) == 0 ? random.nextInt(batch.size() + 1) : batch.size();
    for (int i = 0; i < batch.size(); i++) {
      Message m = batch.get(i).message();
      if (i < heads) {
        inOrder.add(m);
        acknowledged.merge(m.id(), 1, Integer::sum);
      }
      assertThat(consumer.settle(batch.get(i), i < heads ? Settlement.ACK : Settlement.RELEASE))
          .isTrue();
    }
  }

  private List<String> publish(int publishers) throws Exception {
    List<Future<List<String>>> all = new ArrayList<>();
    for (int p = 0; p < publishers; p++) {
      all.add(threads.submit(() -> publishSome(MESSAGES / publishers)));
    }
    List<String> ids = new ArrayList<>();
    for (Future<List<String>> f : all) {
      ids.addAll(f.get(50, TimeUnit.SECONDS));
    }
    return ids;
  }

  private List<String> publishSome(int count) {
    Producer producer = peer.producer(MINUTE);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              Message m = Peer.message("t");
              send(producer, m);
              return m.id();
            })
        .toList();
  }
}
