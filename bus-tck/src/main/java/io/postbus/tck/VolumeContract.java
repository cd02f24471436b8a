package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A million messages, one after the other through the same driver, and nothing grows. */
@Timeout(300)
abstract class VolumeContract extends DriverScene {
  private static final int SIZE = 200;
  private static final int IN_FLIGHT = 1_000;

  /** Published and not yet handled: keeps the queue short, as it is in a system that keeps up. */
  private static final int BEHIND = 10_000;

  private static final long GROWTH = 24 << 20;

  VolumeContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void manyMessagesPassWithoutGrowth() throws Exception {
    Node publisher = node();
    Node consumer = node();
    String topic = name("topic");
    Group group = consumer.declare(group(topic));
    int volume = fixture.volume();
    Run run = new Run(volume);
    Member member = consumer.join(group, IN_FLIGHT);
    Waiting consuming = Waiting.in(() -> run.consume(member));
    Producer producer =
        closing(
            publisher
                .driver()
                .producer(new ProducerSpec(Confirm.CONFIRMED, patience(), IN_FLIGHT)));
    run.publish(producer, topic, volume / 5);
    long early = heapAfterCollection();
    run.publish(producer, topic, volume);
    consuming.end(patience());

    assertThat(run.failed.get()).as("sends that failed").isZero();
    assertThat(run.arrived.cardinality()).as("different messages that arrived").isEqualTo(volume);
    assertThat(run.handled.get()).as("deliveries").isEqualTo(volume);
    member.leavesNothing();
    eventually()
        .asserts(
            "the heap is as it was",
            () -> assertThat(heapAfterCollection()).isLessThan(early + GROWTH));
  }

  private static long heapAfterCollection() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** The account of one run; published by one thread and consumed by another. */
  private static final class Run {
    final BitSet arrived;
    final AtomicInteger handled = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    private final Semaphore room = new Semaphore(BEHIND);
    private final int volume;
    private int next;

    Run(int volume) {
      this.volume = volume;
      this.arrived = new BitSet(volume);
    }

    void publish(Producer producer, String topic, int upTo) throws InterruptedException {
      Destination to = Destination.topic(topic);
      for (; next < upTo; next++) {
        assertThat(room.tryAcquire(30, TimeUnit.SECONDS)).as("the consumer keeps up").isTrue();
        byte[] body = ByteBuffer.allocate(SIZE).putInt(next).array();
        var unused =
            producer
                .send(to, Message.of(topic, Messages.TYPE, body))
                .whenComplete(
                    (v, failure) -> {
                      if (failure != null) {
                        failed.incrementAndGet();
                      }
                    });
      }
    }

    void consume(Member member) {
      while (handled.get() < volume && failed.get() == 0) {
        for (Received r : member.consumer().poll(IN_FLIGHT, Duration.ofSeconds(1))) {
          arrived.set(ByteBuffer.wrap(r.message().payload()).getInt());
          member.consumer().settle(r, Settlement.ACK);
          handled.incrementAndGet();
          room.release();
        }
      }
    }
  }
}
