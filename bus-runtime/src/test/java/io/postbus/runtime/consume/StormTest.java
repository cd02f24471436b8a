package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.Order;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Handlers that fail, hang, give back and settle late, under a connection that breaks and consumers
 * that pause: everything is handled in the end, in order where that was asked for, never two of a
 * key at a time.
 */
class StormTest {
  private static final int MESSAGES = 2_000;
  private static final int KEYS = 17;

  private final CountDownLatch never = new CountDownLatch(1);
  private final Map<String, AtomicInteger> atWork = new ConcurrentHashMap<>();
  private final Map<String, List<Integer>> firsts = new ConcurrentHashMap<>();
  private final Set<String> handled = ConcurrentHashMap.newKeySet();
  private final List<String> meetings = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @EnumSource(Order.class)
  void everythingIsHandledInTheEnd(Order order) throws Exception {
    try (ConsumeRig rig = ConsumeRig.real()) {
      Subscription s =
          ConsumeRig.group("g")
              .order(order)
              .concurrency(6)
              .timeout(Duration.ofMillis(300))
              .retry(
                  RetrySchedule.inPlace(Duration.ZERO, Duration.ofMillis(2))
                      .thenDelayed(Duration.ofMillis(20), Duration.ofMillis(20)));
      List<Member> members = new ArrayList<>();
      members.add(rig.join(s, d -> handle(d, order)));
      if (order == Order.NONE) {
        members.add(rig.join(s, d -> handle(d, order)));
      }
      Thread trouble = new Thread(() -> trouble(rig, members));
      List<Message> sent = publish(rig, trouble);
      trouble.join();
      Set<String> missing = ConcurrentHashMap.newKeySet();
      sent.forEach(m -> missing.add(m.id()));
      Eventually.within(Duration.ofSeconds(40))
          .until(
              "all are handled or dead, and settled",
              () -> {
                missing.removeAll(handled);
                rig.dead().forEach(e -> missing.remove(e.message().id()));
                return missing.isEmpty() && settled(rig, members);
              });

      assertThat(meetings).isEmpty();
      if (order != Order.NONE) {
        assertThat(overtakings()).isEmpty();
      }
    }
  }

  private List<String> overtakings() {
    List<String> found = new ArrayList<>();
    firsts.forEach(
        (lane, numbers) -> {
          for (int i = 1; i < numbers.size(); i++) {
            if (numbers.get(i) < numbers.get(i - 1)) {
              found.add(lane + ": " + numbers.get(i) + " after " + numbers.get(i - 1));
            }
          }
        });
    return found;
  }

  private static boolean settled(ConsumeRig rig, List<Member> members) {
    var backlog = rig.broker.backlog("g");
    return backlog.ready() == 0
        && backlog.unsettled().orElse(-1) == 0
        && members.stream().allMatch(m -> m.health().inFlight() == 0);
  }

  private List<Message> publish(ConsumeRig rig, Thread trouble) {
    List<Message> sent = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      if (i == MESSAGES / 10) {
        trouble.start();
      }
      sent.add(rig.publish(rig.message("n" + i).key("k" + i % KEYS)));
    }
    return sent;
  }

  private static void trouble(ConsumeRig rig, List<Member> members) {
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      Member member = members.get(random.nextInt(members.size()));
      switch (random.nextInt(3)) {
        case 0 -> rig.broker.cut("");
        case 1 -> member.pause();
        default -> members.forEach(Member::resume);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20 + random.nextInt(40)));
    }
    members.forEach(Member::resume);
  }

  private void handle(Delivery d, Order order) throws InterruptedException {
    String lane = order == Order.SINGLE ? "all" : String.valueOf(d.message().key());
    AtomicInteger here = atWork.computeIfAbsent(lane, k -> new AtomicInteger());
    if (here.getAndIncrement() > 0 && order != Order.NONE) {
      meetings.add(lane + " " + d.message().type());
    }
    try {
      if (!d.settled()) {
        act(d, lane);
      }
    } finally {
      here.decrementAndGet();
    }
  }

  private void act(Delivery d, String lane) throws InterruptedException {
    switch (ThreadLocalRandom.current().nextInt(100)) {
      case 0, 1, 2, 3, 4 -> throw new IllegalStateException("no luck");
      case 5, 6, 7 -> d.release();
      case 8 -> d.retryAfter(Duration.ofMillis(3));
      case 9 -> {
        done(d, lane);
        d.ack();
        LockSupport.parkNanos(500_000);
      }
      case 10 -> {
        if (ThreadLocalRandom.current().nextInt(20) > 0 || never.await(1, TimeUnit.SECONDS)) {
          done(d, lane);
        }
      }
      default -> done(d, lane);
    }
  }

  /** Noted before it is acknowledged, as the work of a handler is. */
  private void done(Delivery d, String lane) {
    if (handled.add(d.message().id())) {
      int number = Integer.parseInt(d.message().type().substring(1));
      firsts.computeIfAbsent(lane, k -> new CopyOnWriteArrayList<>()).add(number);
    }
  }
}
