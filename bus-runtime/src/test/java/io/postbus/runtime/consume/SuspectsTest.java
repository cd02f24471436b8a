package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.message.Message;
import io.postbus.spi.DedupStore;
import io.postbus.spi.Failure;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was in hand when a process died; whatever is released stands for it here. */
class SuspectsTest {
  private final ConsumeRig rig = ConsumeRig.real();
  private final Set<String> released = ConcurrentHashMap.newKeySet();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final AtomicInteger together = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  SuspectsTest() {
    rig.outlives = true;
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void whatComesAgainIsMarkedAsLongAsItIsInHand() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    rig.join(
        ConsumeRig.group("g"),
        d -> {
          if (again(d)) {
            finish.await();
          }
        });
    Message m = rig.publish(rig.message("A"));
    rig.eventually("it is marked", () -> marks(m).equals(Set.of(1)));
    finish.countDown();
    rig.eventually("it is not marked any more", () -> marks(m).isEmpty());
    assertThat(handled).containsExactly("A");
    assertThat(rig.dead()).isEmpty();
  }

  @Test
  void whatAProcessDiedWithGoesAloneAndIsForgottenWhenItIsHandled() throws Exception {
    rig.join(ConsumeRig.group("g").concurrency(8), this::handle);
    List<Message> sent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Message m = rig.message("n" + i);
      mark(m, 1);
      sent.add(rig.publish(m));
    }
    rig.eventually("all are handled", () -> handled.size() == 20);
    assertThat(most).hasValue(1);
    rig.eventually("and forgotten", () -> sent.stream().allMatch(m -> marks(m).isEmpty()));
  }

  @Test
  void whatDiedAloneTwiceIsDead() throws Exception {
    rig.join(ConsumeRig.group("g"), this::handle);
    Message m = rig.message("A");
    mark(m, 1);
    mark(m, 2);
    mark(m, 3);
    rig.publish(m);
    rig.eventually("it is dead", () -> rig.dead().size() == 1);
    Failure failure = Objects.requireNonNull(rig.dead().get(0).failure());
    assertThat(failure.error()).isEqualTo("killed-its-process");
    assertThat(failure.message()).contains("died 3 times");
    assertThat(handled).isEmpty();
    rig.eventually("it is not marked any more", () -> marks(m).isEmpty());
  }

  @Test
  void whatIsGivenBackUnbegunKeepsWhatSpeaksAgainstIt() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    Member member =
        rig.join(
            ConsumeRig.group("g").concurrency(2),
            d -> {
              if (again(d)) {
                finish.await();
              }
            });
    Message inside = rig.message("inside");
    mark(inside, 1);
    rig.publish(inside);
    rig.eventually("it goes alone", () -> marks(inside).equals(Set.of(1, 2)));
    rig.eventually("and has begun", () -> handled.contains("inside"));
    Message waiting = rig.message("waiting");
    mark(waiting, 1);
    mark(waiting, 2);
    rig.publish(waiting);
    rig.eventually("it has come again", () -> released.contains(waiting.id()));
    rig.eventually("and waits", () -> member.health().inFlight() == 2);

    member.close();
    rig.eventually("what was begun is over", () -> marks(inside).isEmpty());
    assertThat(handled).containsExactly("inside");
    assertThat(marks(waiting)).containsExactlyInAnyOrder(1, 2);
  }

  /** Whoever else gets it would take the mark that is still there for that of a dead process. */
  @Test
  void whatIsGivenBackGoesWhenItIsNotMarkedAnyMore() throws Exception {
    Semaphore forgets = new Semaphore(0);
    CountDownLatch third = new CountDownLatch(3);
    releasingTwice(Order.NONE, forgets, third);
    Message m = rig.publish(rig.message("A"));
    rig.eventually("its mark is being taken away", forgets::hasQueuedThreads);
    assertThat(third.await(200, TimeUnit.MILLISECONDS)).isFalse();
    forgets.release();
    rig.eventually("it has come again, beside others", () -> marks(m).equals(Set.of(1)));
    assertThat(third.await(10, TimeUnit.SECONDS)).isTrue();
    forgets.release(100);
    rig.eventually("it is not marked any more", () -> marks(m).isEmpty());
    assertThat(most).hasValue(1);
  }

  /** In order it comes again at once, and here: its mark is known to be our own. */
  @Test
  void whatIsGivenBackInOrderIsNotTakenForADeath() throws Exception {
    Semaphore forgets = new Semaphore(0);
    CountDownLatch third = new CountDownLatch(3);
    releasingTwice(Order.KEY, forgets, third);
    Message m = rig.publish(rig.message("A").key("a"));
    assertThat(third.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(most).hasValue(1);
    forgets.release(100);
    rig.eventually("it is not marked any more", () -> marks(m).isEmpty());
  }

  /** Notes the highest mark with which it was begun. */
  private void releasingTwice(Order order, Semaphore forgets, CountDownLatch third) {
    rig.marks = new SlowToForget(rig.store.dedup(), forgets);
    rig.join(
        ConsumeRig.group("g").order(order),
        d -> {
          marks(d.message()).forEach(level -> most.accumulateAndGet(level, Math::max));
          third.countDown();
          if (third.getCount() > 0) {
            d.release();
          }
        });
  }

  /** Forgets as often as it may. */
  private static final class SlowToForget extends IdempotentTest.Steps {
    private final Semaphore may;

    SlowToForget(DedupStore marks, Semaphore may) {
      super(marks);
      this.may = may;
    }

    @Override
    public void forget(String group, Collection<String> ids) {
      may.acquireUninterruptibly();
      super.forget(group, ids);
    }
  }

  @Test
  void anAttemptThatWaitsForItsRetryKeepsNobodyWaiting() throws Exception {
    rig.join(
        ConsumeRig.group("g").retry(RetrySchedule.inPlace(Duration.ofSeconds(20))),
        d -> {
          if (again(d) && d.message().type().equals("bad")) {
            throw new IllegalStateException("no luck");
          }
        });
    Message bad = rig.message("bad");
    Message good = rig.message("good");
    mark(bad, 1);
    mark(good, 1);
    rig.publish(bad);
    rig.eventually("the bad one has failed", () -> handled.contains("bad"));
    rig.publish(good);
    rig.eventually("the good one is handled", () -> handled.contains("good"));
  }

  @Test
  void withoutTheStoreItBeginsUnmarked() throws Exception {
    IdempotentTest.Steps steps = new IdempotentTest.Steps(rig.store.dedup());
    steps.down = true;
    rig.marks = steps;
    rig.join(ConsumeRig.group("g"), this::handle);
    rig.publish("A");
    rig.eventually("it is handled", () -> handled.contains("A"));
  }

  private void handle(Delivery d) {
    if (again(d)) {
      most.accumulateAndGet(together.incrementAndGet(), Math::max);
      LockSupport.parkNanos(2_000_000);
      together.decrementAndGet();
    }
  }

  /** Gives it back the first time. */
  private boolean again(Delivery d) {
    if (released.add(d.message().id())) {
      d.release();
      return false;
    }
    handled.add(d.message().type());
    return true;
  }

  private void mark(Message m, int level) {
    rig.store
        .dedup()
        .complete(
            Suspects.SPACE,
            List.of(Suspects.id("g", m.id(), level)),
            rig.timeline.instant().plus(Duration.ofHours(1)));
  }

  private Set<Integer> marks(Message m) {
    Set<Integer> levels = ConcurrentHashMap.newKeySet();
    for (int level = 1; level <= 3; level++) {
      if (!rig.store
          .dedup()
          .completed(Suspects.SPACE, List.of(Suspects.id("g", m.id(), level)))
          .isEmpty()) {
        levels.add(level);
      }
    }
    return levels;
  }
}
