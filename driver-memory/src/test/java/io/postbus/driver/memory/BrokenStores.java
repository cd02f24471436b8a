package io.postbus.driver.memory;

import io.postbus.spi.DedupStore;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import io.postbus.spi.Move;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What goes wrong in a store. */
final class BrokenStores {
  private BrokenStores() {}

  static List<BrokenStore> all() {
    return List.of(
        BrokenStore.delays("overwrites what is there", Overwrites::new, "Delay"),
        BrokenStore.delays("sorts by time alone", Unsorted::new, "Delay", "Burst"),
        BrokenStore.delays("moves what is not there", Invents::new, "Move"),
        BrokenStore.delays("moves in two steps", TwoSteps::new, "Move"),
        BrokenStore.delays("does not look at handles", NoHandles::new, "Find"),
        BrokenStore.delays("counts pages by position", Positions::new, "Find"),
        BrokenStore.delays("writes outside of the transaction", WritesAtOnce::new, "Transaction"),
        BrokenStore.delays("swallows interrupts", Swallows::new, "StoreRace"),
        BrokenStore.store("lets two hold a lease", Generous::new, "Lease", "StoreRace"),
        BrokenStore.store("counts holders from 1", Restarting::new, "Lease"),
        BrokenStore.store("marks for all groups", AllGroups::new, "Dedup"),
        BrokenStore.store("forgets the first registration", Renewing::new, "Registry"),
        BrokenStore.store("works on after its close", Undead::new, "StoreLifecycle"),
        new BrokenStore(
            "does not read its settings", new Careless(), Set.of("StoreConfiguration")));
  }

  private static final class Overwrites extends ForwardingDelays {
    Overwrites(DelayStore good) {
      super(good);
    }

    @Override
    public void put(int shard, List<Delayed> entries) {
      if (entries.size() <= MAX_BATCH) {
        good.move(shard, entries.stream().map(d -> Move.remove(d.slot())).distinct().toList());
      }
      good.put(shard, entries);
    }
  }

  private static final class Unsorted extends ForwardingDelays {
    Unsorted(DelayStore good) {
      super(good);
    }

    @Override
    public List<Slot> slots(int shard, Slot after, Slot upTo, int limit) {
      return good.slots(shard, after, upTo, limit).stream().sorted(byTime()).toList();
    }

    @Override
    public List<Delayed> read(int shard, Slot after, Slot upTo, int limit) {
      return good.read(shard, after, upTo, limit).stream()
          .sorted(Comparator.comparing(Delayed::slot, byTime()))
          .toList();
    }

    private static Comparator<Slot> byTime() {
      return Comparator.comparing(Slot::due).thenComparing(Comparator.reverseOrder());
    }
  }

  private static final class Invents extends ForwardingDelays {
    Invents(DelayStore good) {
      super(good);
    }

    @Override
    public BitSet move(int shard, List<Move> moves) {
      good.move(shard, moves);
      BitSet all = new BitSet();
      all.set(0, moves.size());
      return all;
    }
  }

  private static final class TwoSteps extends ForwardingDelays {
    TwoSteps(DelayStore good) {
      super(good);
    }

    @Override
    public BitSet move(int shard, List<Move> moves) {
      BitSet gone = good.move(shard, moves.stream().map(m -> Move.remove(m.from())).toList());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      gone.stream().forEach(i -> good.put(shard, moves.get(i).to()));
      return gone;
    }
  }

  private static final class NoHandles extends ForwardingDelays {
    NoHandles(DelayStore good) {
      super(good);
    }

    @Override
    public Page find(DelayedQuery query, @Nullable String cursor, int limit) {
      return good.find(query.handle(null), cursor, limit);
    }
  }

  private static final class Positions extends ForwardingDelays {
    Positions(DelayStore good) {
      super(good);
    }

    @Override
    public Page find(DelayedQuery query, @Nullable String cursor, int limit) {
      int from = cursor == null ? 0 : Integer.parseInt(cursor);
      List<Delayed> all = good.find(query, null, from + limit + 1).entries();
      List<Delayed> page =
          new ArrayList<>(all.subList(Math.min(from, all.size()), all.size()))
              .stream().limit(limit).toList();
      return new Page(page, all.size() > from + limit ? "" + (from + limit) : null);
    }
  }

  private static final class WritesAtOnce extends ForwardingDelays {
    WritesAtOnce(DelayStore good) {
      super(good);
    }

    @Override
    public void put(Connection transaction, int shard, List<Delayed> entries) {
      good.put(shard, entries);
    }
  }

  private static final class Swallows extends ForwardingDelays {
    Swallows(DelayStore good) {
      super(good);
    }

    @Override
    public void put(int shard, List<Delayed> entries) {
      Thread.interrupted();
      good.put(shard, entries);
    }
  }

  private static class Leases extends ForwardingStore implements LeaseStore {
    Leases(Store good) {
      super(good);
    }

    @Override
    public LeaseStore leases() {
      return this;
    }

    @Override
    public Optional<Lease> acquire(String name, String owner, Duration ttl) {
      return good.leases().acquire(name, owner, ttl);
    }

    @Override
    public Optional<Lease> renew(Lease lease, Duration ttl) {
      return good.leases().renew(lease, ttl);
    }

    @Override
    public void release(Lease lease) {
      good.leases().release(lease);
    }

    @Override
    public List<Lease> list(String prefix) {
      return good.leases().list(prefix);
    }
  }

  private static final class Generous extends Leases {
    Generous(Store good) {
      super(good);
    }

    @Override
    public Optional<Lease> acquire(String name, String owner, Duration ttl) {
      return super.acquire(name, owner, ttl)
          .or(() -> Optional.of(new Lease(name, owner, Long.MAX_VALUE, good.now().plus(ttl))));
    }
  }

  private static final class Restarting extends Leases {
    Restarting(Store good) {
      super(good);
    }

    @Override
    public Optional<Lease> acquire(String name, String owner, Duration ttl) {
      return super.acquire(name, owner, ttl).map(Restarting::first);
    }

    private static Lease first(Lease lease) {
      return new Lease(lease.name(), lease.owner(), 1, lease.until());
    }
  }

  private static final class AllGroups extends ForwardingStore implements DedupStore {
    private static final String ALL = "all";

    AllGroups(Store good) {
      super(good);
    }

    @Override
    public DedupStore dedup() {
      return this;
    }

    @Override
    public Set<String> completed(String group, Collection<String> ids) {
      return good.dedup().completed(ALL, ids);
    }

    @Override
    public void complete(String group, Collection<String> ids, Instant keepUntil) {
      good.dedup().complete(ALL, ids, keepUntil);
    }

    @Override
    public void forget(String group, Collection<String> ids) {
      good.dedup().forget(ALL, ids);
    }

    @Override
    public boolean completeIn(Connection transaction, String group, String id, Instant keepUntil) {
      return good.dedup().completeIn(transaction, ALL, id, keepUntil);
    }
  }

  private static final class Renewing extends ForwardingStore implements GroupRegistry {
    Renewing(Store good) {
      super(good);
    }

    @Override
    public GroupRegistry groups() {
      return this;
    }

    @Override
    public Optional<Group> register(Group group) {
      Optional<Group> before = find(group.name());
      remove(group.name());
      good.groups().register(group);
      return before;
    }

    @Override
    public void remove(String group) {
      good.groups().remove(group);
    }

    @Override
    public Optional<Group> find(String group) {
      return good.groups().find(group);
    }

    @Override
    public List<Group> groupsOf(String topic) {
      return good.groups().groupsOf(topic);
    }

    @Override
    public List<Group> all() {
      return good.groups().all();
    }
  }

  private static final class Undead extends ForwardingStore {
    Undead(Store good) {
      super(good);
    }

    @Override
    public void close() {}
  }

  private static final class Careless extends BrokenStore.Opening {
    Careless() {
      super(UnaryOperator.identity());
    }

    @Override
    public void check(Settings settings) {}
  }
}
