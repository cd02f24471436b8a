package io.postbus.spi;

import java.sql.Connection;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A durable map sorted by due time, in shards whose number is fixed for the store's life. The
 * existence of an entry is the fence: every change is a {@link Move} that succeeds only for the one
 * that finds the entry still there. Thread-safe, and safe between processes.
 *
 * <p>At most 500 entries or moves a call; more is an {@link IllegalArgumentException}.
 */
public interface DelayStore {
  /** The most entries or moves that a call takes. */
  int MAX_BATCH = 500;

  /** How many shards there are; {@link Slot#shard} says which one an entry belongs to. */
  int shards();

  /** Adds the entries; one whose slot is taken is left as it is. Durable when it returns. */
  void put(int shard, List<Delayed> entries);

  /**
   * Adds the entries in the caller's transaction: they exist once it commits.
   *
   * @throws UnsupportedCapabilityException without {@link StoreCapability#TRANSACTIONAL}
   * @throws ConfigurationException if the store's tables are not found through that connection
   */
  void put(Connection transaction, int shard, List<Delayed> entries);

  /**
   * Carries out each move, all or nothing each; durable when it returns. An entry whose new slot is
   * taken is dropped, as by {@link #put(int, List)}.
   *
   * @return bit i is set if this call carried out move i; clear if its entry was not there
   */
  BitSet move(int shard, List<Move> moves);

  /** The slots in ({@code after}, {@code upTo}], in order, without locking anything. */
  List<Slot> slots(int shard, Slot after, Slot upTo, int limit);

  /** The entries of these slots that exist, in the order of the slots. */
  List<Delayed> get(int shard, Collection<Slot> slots);

  /** The entries in ({@code after}, {@code upTo}], in order, without locking anything. */
  List<Delayed> read(int shard, Slot after, Slot upTo, int limit);

  /**
   * A page for people and their commands, over all shards, by due time; dead letters by the time of
   * their last failure, the latest last.
   *
   * @param cursor where the previous page ended, or null for the first
   */
  Page find(DelayedQuery query, @Nullable String cursor, int limit);

  /** How many entries match. */
  long count(DelayedQuery query);

  /**
   * A page of entries.
   *
   * @param next the cursor of the next page, or null after the last
   */
  record Page(List<Delayed> entries, @Nullable String next) {}
}
