package io.postbus.runtime.publish;

import io.postbus.spi.BusException;
import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry's groups as they were a moment ago, so that publishing need not ask. Thread-safe.
 *
 * <p>It is read anew in the background while it is in use, and on the spot when it is asked about
 * something that it does not know: a group that has just been registered is found at once.
 */
public final class KnownGroups {
  /** How old an answer may be that is about to make a publication fail. */
  private static final Duration FRESH = Duration.ofMillis(250);

  /**
   * After so many background readings without a question in between there are no more, and what
   * they found is forgotten: a group that is removed later must not be believed in.
   */
  private static final int IDLE_READINGS = 60;

  private static final Logger LOG = LoggerFactory.getLogger(KnownGroups.class);

  private final GroupRegistry registry;
  private final boolean complete;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Snapshot snapshot = Snapshot.of(List.of());
  private volatile long readAt = longAgo();
  private volatile boolean used;
  private int unused = IDLE_READINGS;

  public KnownGroups(Store store) {
    this.registry = store.groups();
    this.complete = store.capabilities().contains(StoreCapability.SHARED);
  }

  /**
   * The topic's groups that want the type; what is not known is asked of the store, so that none
   * means none. Throws what the store throws.
   */
  public List<Group> wanting(String topic, String type) {
    List<Group> groups = snapshot().wanting(topic, type);
    return groups.isEmpty()
        ? registry.groupsOf(topic).stream().filter(g -> g.types().accepts(type)).toList()
        : groups;
  }

  /** Whether any group of the topic is registered. Asks the store; throws what that throws. */
  boolean any(String topic) {
    return !registry.groupsOf(topic).isEmpty();
  }

  /** The group, if it is registered. Throws what the store throws if it is not known to be. */
  public Optional<Group> find(String group) {
    Optional<Group> there =
        snapshot().groups().stream().filter(g -> g.name().equals(group)).findFirst();
    return there.isPresent() ? there : registry.find(group);
  }

  /** Whether what is not known here is nowhere: all machines share the registry. */
  boolean complete() {
    return complete;
  }

  /** What is known; the same object as long as it does not change. */
  Snapshot snapshot() {
    if (!used) {
      used = true;
    }
    return snapshot;
  }

  /** What is known now, read from the store unless that has just been done. May block. */
  Snapshot fresh() {
    if (old()) {
      reading.lock();
      try {
        if (old()) {
          read();
        }
      } finally {
        reading.unlock();
      }
    }
    return snapshot;
  }

  /** To be called every second on a thread that may block. */
  public void refresh() {
    unused = used ? 0 : unused + 1;
    used = false;
    if (unused == IDLE_READINGS) {
      invalidate();
    } else if (unused < IDLE_READINGS) {
      reading.lock();
      try {
        read();
      } finally {
        reading.unlock();
      }
    }
  }

  /** Forgets what is known: the next question is answered by the store. */
  public void invalidate() {
    reading.lock();
    try {
      readAt = longAgo();
      snapshot = Snapshot.of(List.of());
    } finally {
      reading.unlock();
    }
  }

  private static long longAgo() {
    return System.nanoTime() - Duration.ofDays(1).toNanos();
  }

  private boolean old() {
    return System.nanoTime() - readAt > FRESH.toNanos();
  }

  private void read() {
    try {
      List<Group> groups = registry.all();
      if (!groups.equals(snapshot.groups())) {
        snapshot = Snapshot.of(groups);
      }
    } catch (BusException e) {
      // Publishing goes on without the store: by what was known, and by what the broker knows.
      LOG.debug("The registry of groups cannot be read", e);
    } finally {
      readAt = System.nanoTime();
    }
  }
}
