package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Handler;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.Subscription.Idempotent;
import io.postbus.Subscription.Idempotent.By;
import io.postbus.message.Message;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.DedupStore;
import io.postbus.spi.UnsupportedCapabilityException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IdempotentTest {
  private static final Subscription WEEK = ConsumeRig.group("g").idempotent(Duration.ofDays(7));

  private final ConsumeRig rig = ConsumeRig.virtual();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Handler noting = d -> handled.add(d.message().type());

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void acknowledgesACopyOfWhatIsCompletedUnhandled() {
    rig.join(WEEK, noting);
    Message m = rig.publish(rig.message("A"));
    rig.settled();
    rig.publish(m);
    rig.settled();

    assertThat(handled).containsExactly("A");
    assertThat(rig.told.repeated).containsExactly("A");
    assertThat(rig.broker.backlog("g").ready()).isZero();
    assertThat(rig.broker.backlog("g").unsettled()).hasValue(0);
  }

  @Test
  void anotherGroupHandlesIt() {
    rig.join(WEEK, noting);
    rig.join(ConsumeRig.group("h").idempotent(Duration.ofDays(7)), noting);
    rig.publish(rig.message("A"));
    rig.settled();

    assertThat(handled).containsExactly("A", "A");
    assertThat(rig.told.repeated).isEmpty();
  }

  @Test
  void forgetsAfterTheTime() {
    rig.join(ConsumeRig.group("g").idempotent(Duration.ofMinutes(10)), noting);
    Message m = rig.publish(rig.message("A"));
    rig.advance(Duration.ofMinutes(11));
    rig.publish(m);
    rig.settled();

    assertThat(handled).containsExactly("A", "A");
  }

  @Test
  void whatHasFailedIsTriedAgain() {
    AtomicInteger failures = new AtomicInteger();
    rig.join(
        WEEK.retry(RetrySchedule.inPlace(Duration.ZERO).thenDelayed(Duration.ofMinutes(1))),
        d -> {
          if (failures.incrementAndGet() < 3) {
            throw new IllegalStateException("not yet");
          }
          noting.handle(d);
        });
    Message m = rig.publish(rig.message("A"));
    rig.advance(Duration.ofMinutes(2));
    rig.publish(m);
    rig.settled();

    assertThat(failures).hasValue(3);
    assertThat(handled).containsExactly("A");
    assertThat(rig.told.repeated).containsExactly("A");
  }

  @Test
  void twoCopiesAtATimeAreHandledOneAfterTheOtherSoThatTheSecondIsSkipped() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Handler slow =
        d -> {
          handled.add(d.message().type());
          begun.countDown();
          assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
        };
    rig.join(WEEK, slow);
    rig.join(WEEK, slow);
    Message m = rig.message("A");
    rig.publish(m);
    rig.publish(m);
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    rig.eventually("both are in hand", () -> rig.broker.backlog("g").ready() == 0);
    go.countDown();
    rig.settled();

    assertThat(handled).containsExactly("A");
    assertThat(rig.told.repeated).containsExactly("A");
  }

  @Test
  void aCopyTakesOverFromOneThatFailedForGood() {
    AtomicInteger calls = new AtomicInteger();
    rig.join(
        WEEK,
        d -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("this copy is dead");
          }
          noting.handle(d);
        });
    Message m = rig.message("A");
    rig.publish(m);
    rig.publish(m);
    rig.settled();

    assertThat(rig.dead()).hasSize(1);
    assertThat(handled).containsExactly("A");
  }

  @Test
  void recognisesByFingerprintWhatComesUnderAnotherId() {
    rig.join(
        ConsumeRig.group("g").idempotent(new Idempotent(Duration.ofDays(1), By.FINGERPRINT)),
        noting);
    rig.publish(rig.message("A").key("k"));
    rig.publish(rig.message("A").key("k"));
    rig.publish(rig.message("A").key("other"));
    rig.publish(rig.message("A"));
    rig.publish(rig.message("B").key("k"));
    rig.settled();

    assertThat(handled).containsExactlyInAnyOrder("A", "A", "A", "B");
    assertThat(rig.told.repeated).containsExactly("A");
  }

  @Test
  void forceHasWhatIsCompletedHandled() {
    rig.join(WEEK, noting);
    Message m = rig.publish(rig.message("A"));
    rig.settled();
    rig.sendTo("g", PostbusHeaders.redriven(m, 1));
    rig.settled();
    assertThat(handled).containsExactly("A");
    rig.sendTo("g", PostbusHeaders.forced(PostbusHeaders.redriven(m, 1)));
    rig.settled();

    assertThat(handled).containsExactly("A", "A");
    assertThat(rig.told.repeated).containsExactly("A");
  }

  @Test
  void marksBeforeItAcknowledgesAndAfterTheHandler() {
    List<String> steps = new CopyOnWriteArrayList<>();
    rig.marks =
        new Steps(rig.store.dedup()) {
          @Override
          public void complete(String group, Collection<String> ids, Instant keepUntil) {
            steps.add("mark, unsettled " + rig.broker.backlog("g").unsettled().getAsLong());
            super.complete(group, ids, keepUntil);
          }
        };
    rig.join(WEEK, d -> steps.add("handle"));
    rig.publish("A");
    rig.settled();

    assertThat(steps).containsExactly("handle", "mark, unsettled 1");
    assertThat(rig.broker.backlog("g").unsettled()).hasValue(0);
  }

  /** The process dies after the handler and before the mark: a second handling, never a loss. */
  @Test
  void aMemberThatDiesBeforeTheMarkLeavesItToTheNext() {
    Steps failing = new Steps(rig.store.dedup());
    rig.marks = failing;
    failing.down = true;
    Member first = rig.join(WEEK, noting);
    failing.checks = true;
    rig.publish("A");
    rig.eventually("it is handled", () -> handled.size() == 1);
    first.close(Duration.ZERO);
    assertThat(rig.broker.backlog("g").ready()).isEqualTo(1);

    failing.down = false;
    rig.join(WEEK, noting);
    rig.settled();
    assertThat(handled).containsExactly("A", "A");
    assertThat(rig.broker.backlog("g").ready()).isZero();
  }

  /** It dies after the mark and before the acknowledgement: the copy is skipped. */
  @Test
  void aMemberThatDiesAfterTheMarkHasItSkippedByTheNext() {
    Message m = rig.message("A");
    rig.join(WEEK, noting);
    rig.settled();
    rig.store.dedup().complete("g", List.of(m.id()), ConsumeRig.START.plus(Duration.ofDays(1)));
    rig.publish(m);
    rig.settled();

    assertThat(handled).isEmpty();
    assertThat(rig.told.repeated).containsExactly("A");
  }

  @Test
  void holdsEverythingWhileTheStoreIsAway() {
    Steps marks = new Steps(rig.store.dedup());
    rig.marks = marks;
    marks.down = true;
    Member member = rig.join(WEEK, noting);
    rig.publish("A", "B");
    rig.eventually("it says why", () -> member.health().detail().contains("completed"));
    assertThat(handled).isEmpty();
    assertThat(rig.broker.backlog("g").unsettled()).hasValue(2);

    marks.down = false;
    rig.advance(Duration.ofSeconds(10));
    assertThat(handled).containsExactlyInAnyOrder("A", "B");
    assertThat(member.health().detail()).isEmpty();
  }

  @Test
  void keepsTheOrderOfAKey() {
    rig.join(WEEK.order(io.postbus.spi.Order.KEY), noting);
    List<String> expected = new ArrayList<>();
    List<Message> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add(rig.message("n" + i).key("k"));
      expected.add("n" + i);
    }
    sent.forEach(rig::publish);
    sent.forEach(rig::publish);
    rig.settled();

    assertThat(handled).containsExactlyElementsOf(expected);
    assertThat(rig.told.repeated).containsExactlyElementsOf(expected);
  }

  @Test
  void aBatchGetsOnlyWhatIsNew() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    rig.joinBatch(
        WEEK.batch(10, Duration.ofMillis(50)),
        all -> {
          sizes.add(all.size());
          all.forEach(d -> handled.add(d.message().type()));
        });
    List<Message> first = rig.publish("A", "B", "C");
    rig.advance(Duration.ofSeconds(1));
    rig.publish(first.get(1));
    rig.publish("D");
    rig.advance(Duration.ofSeconds(1));

    assertThat(handled).containsExactly("A", "B", "C", "D");
    assertThat(sizes).containsExactly(3, 1);
  }

  @Test
  void isRefusedWhereTheStoreForgetsSoonerThanTheBroker() {
    rig.trusted = false;
    assertThatThrownBy(() -> rig.join(WEEK, noting))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("store.accept-weaker");
  }

  @Test
  void completingInATransactionNeedsAStoreThatCan() {
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    Connection any =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (p, m, a) -> null);
    rig.join(
        WEEK,
        d -> {
          try {
            d.completeIn(any);
          } catch (UnsupportedCapabilityException e) {
            thrown.add(e);
          }
        });
    rig.publish("A");
    rig.settled();

    assertThat(thrown).hasSize(1);
  }

  /** The memory store's marks, which fail when told to. */
  static class Steps implements DedupStore {
    private final DedupStore marks;
    volatile boolean down;

    /** Looking works also while it is down. */
    volatile boolean checks;

    Steps(DedupStore marks) {
      this.marks = marks;
    }

    @Override
    public Set<String> completed(String group, Collection<String> ids) {
      if (down && !checks) {
        throw new ConnectionException("The store is away", null);
      }
      return marks.completed(group, ids);
    }

    @Override
    public void complete(String group, Collection<String> ids, Instant keepUntil) {
      if (down) {
        throw new ConnectionException("The store is away", null);
      }
      marks.complete(group, ids, keepUntil);
    }

    @Override
    public void forget(String group, Collection<String> ids) {
      marks.forget(group, ids);
    }

    @Override
    public boolean completeIn(Connection tx, String group, String id, Instant keepUntil) {
      return marks.completeIn(tx, group, id, keepUntil);
    }
  }
}
