package io.postbus.driver.redisstream;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.StoreException;
import io.postbus.spi.support.EntryCodec;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/**
 * Entries in a hash by slot, and their slots in a sorted set: all of one score, so that it sorts by
 * the slots' bytes and a range may begin anywhere within a millisecond. Thread-safe.
 */
final class RedisDelayStore implements DelayStore {
  /** What one script gets at most, but for a single entry that is larger. */
  private static final int BATCH_BYTES = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(RedisDelayStore.class);

  /** How many entries that cannot be read are told of, each once: they are met again and again. */
  private static final int REPORTED = 1000;

  private static final int SLOT = 16;
  private static final byte[] NOTHING = new byte[0];

  /** The part of both scripts that adds what is not there. */
  private static final String ADD =
      """
      local function add(slot, entry, handle)
        if redis.call('HSETNX', KEYS[2], slot, entry) == 1 then
          redis.call('ZADD', KEYS[1], 0, slot)
          if handle ~= '' then
            redis.call('HSET', KEYS[3], slot, handle)
            redis.call('ZADD', KEYS[4], 0, handle .. '\\0' .. slot)
          end
        end
      end
      """;

  private static final Script PUT =
      new Script(
          ADD
              + """
              for i = 1, #ARGV, 3 do add(ARGV[i], ARGV[i + 1], ARGV[i + 2]) end
              return 1
              """);

  /** First all that goes, then all that comes: each move its slot, a number, so many entries. */
  private static final Script MOVE =
      new Script(
          ADD
              + """
              local done, at, n = {}, 1, 0
              while at <= #ARGV do
                n = n + 1
                local slot = ARGV[at]
                if redis.call('HDEL', KEYS[2], slot) == 1 then
                  redis.call('ZREM', KEYS[1], slot)
                  local handle = redis.call('HGET', KEYS[3], slot)
                  if handle then
                    redis.call('HDEL', KEYS[3], slot)
                    redis.call('ZREM', KEYS[4], handle .. '\\0' .. slot)
                  end
                  done[#done + 1] = n
                end
                at = at + 2 + 3 * tonumber(ARGV[at + 1])
              end
              local next = 1
              at, n = 1, 0
              while at <= #ARGV do
                n = n + 1
                local count = tonumber(ARGV[at + 1])
                if done[next] == n then
                  next = next + 1
                  for i = at + 2, at + 1 + 3 * count, 3 do
                    add(ARGV[i], ARGV[i + 1], ARGV[i + 2])
                  end
                end
                at = at + 2 + 3 * count
              end
              return done
              """);

  /** Slots and entries of one moment. */
  private static final Script READ =
      new Script(
          """
          local found = {}
          local slots = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
          for _, slot in ipairs(slots) do
            found[#found + 1] = slot
            found[#found + 1] = redis.call('HGET', KEYS[2], slot)
          end
          return found
          """);

  private final Set<Slot> unreadable = ConcurrentHashMap.newKeySet();
  private final StoreAccess access;
  private final Search search;

  RedisDelayStore(StoreAccess access) {
    this.access = access;
    this.search = new Search(this, access);
  }

  @Override
  public int shards() {
    return access.shards();
  }

  @Override
  public void put(int shard, List<Delayed> entries) {
    StoreAccess.bounded(entries.size());
    List<byte[]> keys = keys(shard);
    List<byte[]> arguments = new ArrayList<>(3 * entries.size());
    int size = 0;
    for (Delayed d : entries) {
      size += add(arguments, d);
      if (size > BATCH_BYTES) {
        put(keys, arguments);
        arguments = new ArrayList<>();
        size = 0;
      }
    }
    put(keys, arguments);
  }

  private void put(List<byte[]> keys, List<byte[]> arguments) {
    if (!arguments.isEmpty()) {
      access.call("Writing entries", client -> String.valueOf(PUT.run(client, keys, arguments)));
    }
  }

  /** Returns about how many bytes that is. */
  private static int add(List<byte[]> arguments, Delayed d) {
    byte[] entry = EntryCodec.encode(d);
    arguments.add(bytes(d.slot()));
    arguments.add(entry);
    arguments.add(d.handle() == null ? NOTHING : RedisNames.bytes(d.handle()));
    return entry.length;
  }

  @Override
  public void put(Connection transaction, int shard, List<Delayed> entries) {
    throw RedisStore.notTransactional();
  }

  @Override
  public BitSet move(int shard, List<Move> moves) {
    StoreAccess.bounded(moves.size());
    List<byte[]> keys = keys(shard);
    BitSet done = new BitSet(moves.size());
    List<byte[]> arguments = new ArrayList<>(5 * moves.size());
    int size = 0;
    int from = 0;
    for (int i = 0; i < moves.size(); i++) {
      Move m = moves.get(i);
      arguments.add(bytes(m.from()));
      arguments.add(RedisNames.bytes(Integer.toString(m.to().size())));
      for (Delayed d : m.to()) {
        size += add(arguments, d);
      }
      if (size > BATCH_BYTES || i == moves.size() - 1) {
        move(keys, arguments, from, done);
        arguments = new ArrayList<>();
        size = 0;
        from = i + 1;
      }
    }
    return done;
  }

  private void move(List<byte[]> keys, List<byte[]> arguments, int from, BitSet done) {
    List<?> answer =
        access.callOnce("Moving entries", client -> MOVE.list(client, keys, arguments));
    for (Object n : answer) {
      done.set(from + (int) (long) (Long) n - 1);
    }
  }

  @Override
  public List<Slot> slots(int shard, Slot after, Slot upTo, int limit) {
    byte[] key = keys(shard).get(0);
    List<?> found =
        access.call(
            "Reading slots",
            client ->
                (List<?>)
                    client.executeCommand(
                        new CommandArguments(Protocol.Command.ZRANGEBYLEX)
                            .key(key)
                            .add(bound('(', after))
                            .add(bound('[', upTo))
                            .add("LIMIT")
                            .add(0)
                            .add(limit)));
    List<Slot> slots = new ArrayList<>(found.size());
    found.forEach(s -> slots.add(slot((byte[]) s)));
    return slots;
  }

  @Override
  public List<Delayed> get(int shard, Collection<Slot> slots) {
    StoreAccess.bounded(slots.size());
    List<Delayed> found = new ArrayList<>(slots.size());
    if (slots.isEmpty()) {
      access.call("Reading entries", client -> true);
      return found;
    }
    List<Slot> inOrder = List.copyOf(new TreeSet<>(slots));
    byte[] key = keys(shard).get(1);
    byte[][] fields = inOrder.stream().map(RedisDelayStore::bytes).toArray(byte[][]::new);
    List<byte[]> entries = access.call("Reading entries", client -> client.hmget(key, fields));
    for (int i = 0; i < fields.length; i++) {
      byte[] entry = entries.get(i);
      if (entry != null) {
        addReadable(found, inOrder.get(i), entry);
      }
    }
    return found;
  }

  @Override
  public List<Delayed> read(int shard, Slot after, Slot upTo, int limit) {
    List<byte[]> keys = keys(shard);
    List<byte[]> arguments =
        List.of(bound('(', after), bound('[', upTo), RedisNames.bytes(Integer.toString(limit)));
    List<?> found = access.call("Reading entries", client -> READ.list(client, keys, arguments));
    List<Delayed> entries = new ArrayList<>(found.size() / 2);
    for (int i = 0; i < found.size(); i += 2) {
      addReadable(entries, slot((byte[]) found.get(i)), (byte[]) found.get(i + 1));
    }
    return entries;
  }

  /** What makes no sense to this version stays where it is and holds back no other. */
  private void addReadable(List<Delayed> to, Slot slot, byte[] entry) {
    try {
      to.add(EntryCodec.decode(slot, entry));
    } catch (StoreException e) {
      if (unreadable.size() < REPORTED && unreadable.add(slot)) {
        LOG.error("An entry is left where it is, in Redis", e);
      }
    }
  }

  @Override
  public Page find(DelayedQuery query, @Nullable String cursor, int limit) {
    return search.find(query, cursor, limit);
  }

  @Override
  public long count(DelayedQuery query) {
    return search.count(query);
  }

  private List<byte[]> keys(int shard) {
    if (shard < 0 || shard >= access.shards()) {
      throw new IllegalArgumentException(
          "There is no shard " + shard + " among " + access.shards());
    }
    return access.keys().shard(shard);
  }

  static byte[] bytes(Slot slot) {
    return ByteBuffer.allocate(SLOT).putLong(slot.high()).putLong(slot.low()).array();
  }

  static Slot slot(byte[] bytes) {
    ByteBuffer b = ByteBuffer.wrap(bytes, bytes.length - SLOT, SLOT);
    return new Slot(b.getLong(), b.getLong());
  }

  private static byte[] bound(char kind, Slot slot) {
    return ByteBuffer.allocate(SLOT + 1)
        .put((byte) kind)
        .putLong(slot.high())
        .putLong(slot.low())
        .array();
  }
}
