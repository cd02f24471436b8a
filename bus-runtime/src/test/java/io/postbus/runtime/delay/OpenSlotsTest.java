package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Delayed;
import io.postbus.spi.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OpenSlotsTest {
  private final BodyBudget budget = new BodyBudget(1 << 20);
  private final OpenSlots open = new OpenSlots(100, budget);

  @Test
  void takesWhatIsOfferedOnlyUpToWhereItHasRead() {
    assertThat(open.offer(entry(5), false)).isFalse();
    read(Slot.MIN, upTo(10));
    assertThat(open.offer(entry(5), false)).isTrue();
    assertThat(open.offer(entry(5), false)).isFalse();
    assertThat(open.offer(entry(11), false)).isFalse();
    assertThat(open.first()).isEqualTo(entry(5).slot());
  }

  @Test
  void takesWhatIsOfferedWhileItIsBeingReadThere() {
    open.beginRead(upTo(10));
    assertThat(open.offer(entry(7), false)).isTrue();
    open.endRead(Slot.MIN, upTo(10), List.of());
    assertThat(due(10)).containsExactly(entry(7).slot());
  }

  @Test
  void doesNotTakeTwiceWhatAReadReturnsAgain() {
    read(Slot.MIN, upTo(10), 1, 2, 3);
    assertThat(due(2)).hasSize(2);
    assertThat(read(Slot.MIN, upTo(10), 1, 2, 3)).isFalse();
    assertThat(due(10)).containsExactly(entry(3).slot());
  }

  @Test
  void doesNotTakeFromAReadWhatWentWhileItWasUnderWay() {
    read(Slot.MIN, upTo(10), 1, 2);
    open.beginRead(upTo(10));
    open.moved(due(1));
    open.forget(entry(2).slot());
    open.endRead(Slot.MIN, upTo(10), List.of(entry(1).slot(), entry(2).slot()));
    assertThat(open.first()).isNull();
  }

  @Test
  void doesNotMoveTheHorizonOverWhatItHasNotRead() {
    read(Slot.MIN, upTo(10));
    read(upTo(20), upTo(30), 25);
    assertThat(open.horizon()).isEqualTo(upTo(10));
    read(upTo(5), upTo(15), 12);
    assertThat(open.horizon()).isEqualTo(upTo(15));
    open.beginRead(upTo(40));
    open.endRead(upTo(15), null, List.of());
    assertThat(open.horizon()).isEqualTo(upTo(15));
  }

  @Test
  void losesNothingHoweverLittleRoomThereIs() {
    TreeSet<Slot> store = new TreeSet<>();
    TreeSet<Slot> fired = new TreeSet<>();
    Random random = new Random(42);
    int next = 0;
    for (int now = 0; now < 3000; now++) {
      for (int i = random.nextInt(3); i > 0; i--) {
        Delayed entry = entry(now + random.nextInt(400), "m" + next++);
        boolean reading = random.nextBoolean();
        Slot after = open.horizon();
        List<Slot> found = List.of();
        if (reading) {
          open.beginRead(upTo(now + 200));
          found = range(store, after, upTo(now + 200));
          found = found.subList(0, Math.min(40, found.size()));
        }
        store.add(entry.slot());
        open.offer(entry, random.nextBoolean());
        if (reading) {
          Slot readTo = found.size() < 40 ? upTo(now + 200) : found.get(39);
          open.endRead(after, readTo, found);
        }
      }
      readAll(store, now);
      List<Slot> due = due(now);
      open.moved(due);
      fired.addAll(due);
      store.removeAll(due);
      assertThat(store.isEmpty() || store.first().dueMillis() > now).isTrue();
      assertThat(open.size()).isLessThanOrEqualTo(101);
    }
    assertThat(fired.size() + store.size()).isEqualTo(next);
    open.close();
    assertThat(budget.used()).isZero();
  }

  /** Reads ahead until all that is due is known, as the owner does when it has room again. */
  private void readAll(NavigableSet<Slot> store, int now) {
    for (int i = 0; i < 100 && open.horizon().dueMillis() <= now; i++) {
      Slot after = open.horizon();
      List<Slot> found = range(store, after, upTo(now + 1));
      open.beginRead(upTo(now + 1));
      open.endRead(after, upTo(now + 1), found.subList(0, Math.min(found.size(), 100)));
    }
  }

  @Test
  void keepsEntriesForTheNearestAndCountsThem() {
    read(Slot.MIN, upTo(10), 1, 2, 3);
    assertThat(open.toFetch(2, 64)).containsExactly(entry(1).slot(), entry(2).slot());
    open.fetched(List.of(entry(1).slot(), entry(2).slot()), List.of(entry(2)));
    assertThat(budget.used()).isPositive();
    assertThat(open.first()).isEqualTo(entry(2).slot());
    assertThat(open.toFetch(9, 64)).containsExactly(entry(3).slot());
    var taken = open.takeDue(9, 64, 0);
    assertThat(taken).containsOnlyKeys(entry(2).slot());
    open.putBack(taken);
    assertThat(open.takeDue(9, 64, 1)).containsOnlyKeys(entry(2).slot(), entry(3).slot());
    budget.release(entry(2));
    assertThat(budget.used()).isZero();
  }

  private boolean read(Slot after, Slot upTo, int... found) {
    open.beginRead(upTo);
    List<Slot> slots = new ArrayList<>();
    for (int due : found) {
      slots.add(entry(due).slot());
    }
    return open.endRead(after, upTo, slots);
  }

  private static List<Slot> range(NavigableSet<Slot> store, Slot after, Slot upTo) {
    return after.compareTo(upTo) < 0
        ? List.copyOf(store.subSet(after, false, upTo, true))
        : List.of();
  }

  private List<Slot> due(long now) {
    var due = open.takeDue(now, 1000, 1000);
    due.values().stream().filter(Objects::nonNull).forEach(budget::release);
    return List.copyOf(due.keySet());
  }

  private static Slot upTo(long millis) {
    return Slot.from(Instant.ofEpochMilli(millis + 1));
  }

  private static Delayed entry(long due) {
    return entry(due, "m" + due);
  }

  private static Delayed entry(long due, String id) {
    return DelayWorld.entry(id, Instant.ofEpochMilli(due), null);
  }
}
