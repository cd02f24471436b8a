package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The thread that reads for a member, on a connection of its own: all of its streams, or in a
 * cluster one. It reads as much as there is room for, which it counts itself, and also what others
 * left: nobody else adds to what is held.
 */
final class StreamReader {
  private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
  private static final long STANDBY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SCAN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int CLAIM_BATCH = 100;
  private static final String FIRST = "0-0";

  /** So often one stream is read alone while it is never empty, before the others have a turn. */
  private static final int TURNS_ALONE = 16;

  private final RedisLink link;
  private final Declarations declarations;
  private final String group;
  private final Member member;
  private final List<StreamName> streams;
  private final String[] cursors;
  private final Held held;
  private final int shares;
  private final Ownership ownership;
  private final RedisSettings settings;
  private final Runnable onChange;
  private final Thread thread;
  private final AtomicInteger load = new AtomicInteger();
  private volatile boolean waiting;
  private volatile boolean stopped;
  private volatile boolean connected;
  private volatile String trouble = "not connected yet";
  private volatile @Nullable Wire wire;
  private volatile long clientId;
  private long nextScan = System.nanoTime();
  private @Nullable StreamName alone;
  private int turns;

  /**
   * @param shares how many readers share the member's room
   * @param onChange called when it is connected or no more; must not wait
   */
  StreamReader(
      RedisLink link,
      Declarations declarations,
      String group,
      Member member,
      List<StreamName> streams,
      Held held,
      int shares,
      Ownership ownership,
      RedisSettings settings,
      Runnable onChange,
      String threadName) {
    this.link = link;
    this.declarations = declarations;
    this.group = group;
    this.member = member;
    this.streams = streams;
    this.cursors = new String[streams.size()];
    this.held = held;
    this.shares = shares;
    this.ownership = ownership;
    this.settings = settings;
    this.onChange = onChange;
    Arrays.fill(cursors, FIRST);
    this.thread = DaemonThreads.named(this::run, threadName);
  }

  void start() {
    thread.start();
  }

  boolean isConnected() {
    return connected;
  }

  /** Why it is not connected. */
  String trouble() {
    return trouble;
  }

  /** One of its deliveries is settled or lost. */
  void freed() {
    int room = share() - load.decrementAndGet();
    if (waiting && (room == 1 || room >= plenty())) {
      waiting = false;
      LockSupport.unpark(thread);
    }
  }

  /** Something changed: a limit, the lease. */
  void nudge() {
    LockSupport.unpark(thread);
  }

  private int share() {
    return Math.max(1, held.limit() / shares);
  }

  private int room() {
    return share() - load.get();
  }

  private int plenty() {
    return Math.max(1, share() / 4);
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!stopped && !link.isClosed()) {
      try {
        RedisServer server = link.await(SCAN_NANOS);
        if (server != null) {
          serve(server, backoff);
        } else {
          trouble = link.reason();
        }
      } catch (JedisException | BusException e) {
        lost(e);
        pause(backoff);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.error("Reading for {} failed in a way that was not foreseen; it goes on", group, e);
        lost(e);
        pause(backoff);
      } finally {
        disconnect();
      }
    }
  }

  private void lost(RuntimeException e) {
    LOG.debug("The reader of {} lost its connection", group, e);
    trouble = RedisErrors.reason(e);
    RedisServer server = link.server();
    if (server != null && !stopped) {
      if (RedisErrors.isNoGroup(e)) {
        restore(server);
      } else if (RedisErrors.isElsewhere(e)) {
        server.refresh();
      }
      link.suspect();
    }
  }

  private void restore(RedisServer server) {
    try {
      declarations.restore(server.client(), group);
    } catch (JedisException e) {
      LOG.debug("The group {} could not be declared again", group, e);
    }
  }

  private void pause(Backoff backoff) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoff.next());
    for (long left = 1; left > 0 && !stopped; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  private void disconnect() {
    boolean was = connected;
    connected = false;
    Wire w = wire;
    wire = null;
    if (w != null) {
      w.breakOff();
    }
    if (was) {
      onChange.run();
    }
  }

  private void serve(RedisServer server, Backoff backoff) {
    Wire w = link.open(server, server.nodeOf(streams.get(0).key()));
    wire = w;
    w.setSoTimeout((int) (server.timeout().toMillis() + settings.block().toMillis()));
    Object id = w.ask(new CommandArguments(Protocol.Command.CLIENT).add("ID"));
    clientId = id instanceof Long n ? n : 0;
    recover(w);
    connected = true;
    onChange.run();
    backoff.reset();
    while (!stopped) {
      turn(w);
    }
  }

  private void turn(Wire w) {
    if (!ownership.isActive()) {
      LockSupport.parkNanos(this, STANDBY_NANOS);
      return;
    }
    int room = awaitRoom();
    if (room <= 0) {
      return;
    }
    if (!ownership.hasInherited()) {
      inherit(w);
      return;
    }
    if (!ownership.isOrdered() && System.nanoTime() - nextScan >= 0) {
      reclaim(w);
      room = room();
      if (room <= 0) {
        return;
      }
    }
    read(w, room);
  }

  /** Waits for some room, and a moment longer for much of it. */
  private int awaitRoom() {
    int room = room();
    if (room >= plenty()) {
      return room;
    }
    waiting = true;
    if (room() < plenty() && !stopped) {
      LockSupport.parkNanos(this, room > 0 ? GATHER_NANOS : settings.block().toNanos());
    }
    waiting = false;
    return room();
  }

  private void read(Wire w, int room) {
    StreamName one = alone;
    if (one != null) {
      int got = ask(w, List.of(one), room, false);
      if (got < room || ++turns >= TURNS_ALONE) {
        alone = null;
      }
      return;
    }
    ask(w, streams, Math.max(1, room / streams.size()), true);
  }

  /** Reads what is new; returns how many. */
  private int ask(Wire w, List<StreamName> from, int count, boolean wait) {
    CommandArguments read =
        new CommandArguments(Protocol.Command.XREADGROUP)
            .add("GROUP")
            .add(member.group)
            .add(member.name)
            .add("COUNT")
            .add(count);
    if (wait) {
      read.add("BLOCK").add(settings.block().toMillis());
    }
    read.add("STREAMS");
    from.forEach(s -> read.add(s.key()));
    from.forEach(s -> read.add(">"));
    int all = 0;
    for (Entries.Of of : Entries.byStream(w.ask(read))) {
      StreamName stream = named(of.key());
      take(stream, of.entries(), false, Set.of(), w);
      all += of.entries().size();
      if (wait && of.entries().size() >= count) {
        alone = stream;
        turns = 0;
      }
    }
    return all;
  }

  private StreamName named(byte[] key) {
    String name = RedisNames.text(key);
    for (StreamName s : streams) {
      if (s.name().equals(name)) {
        return s;
      }
    }
    throw new IllegalStateException("Redis answered for the stream " + name + ", not asked for");
  }

  private int take(StreamName stream, List<?> entries, boolean again, Set<String> known, Wire w) {
    List<byte[]> deleted = new ArrayList<>();
    List<Delivery> some = Entries.deliveries(this, stream, entries, again, known, deleted);
    if (!some.isEmpty()) {
      load.addAndGet(some.size());
      held.add(some);
    }
    if (!deleted.isEmpty()) {
      CommandArguments ack =
          new CommandArguments(Protocol.Command.XACK).add(stream.key()).add(member.group);
      deleted.forEach(ack::add);
      w.ask(ack);
    }
    return some.size();
  }

  /** After a lost connection: what the server handed out and we never got. */
  private void recover(Wire w) {
    for (StreamName stream : streams) {
      Set<String> known = held.ids(stream);
      String from = "0";
      while (from != null) {
        CommandArguments history =
            new CommandArguments(Protocol.Command.XREADGROUP)
                .add("GROUP")
                .add(member.group)
                .add(member.name)
                .add("COUNT")
                .add(CLAIM_BATCH)
                .add("STREAMS")
                .add(stream.key())
                .add(from);
        from = null;
        for (Entries.Of of : Entries.byStream(w.ask(history))) {
          take(stream, of.entries(), true, known, w);
          if (!of.entries().isEmpty()) {
            List<?> last = (List<?>) of.entries().get(of.entries().size() - 1);
            from = RedisNames.text((byte[]) last.get(0));
          }
        }
      }
    }
  }

  /** Takes what silent members hold, and what was given back, as far as there is room. */
  private void reclaim(Wire w) {
    nextScan = System.nanoTime() + Math.min(SCAN_NANOS, settings.block().toNanos());
    for (int i = 0; i < cursors.length; i++) {
      Set<String> known = held.ids(streams.get(i));
      do {
        int room = Math.min(CLAIM_BATCH, room());
        if (room <= 0) {
          nextScan = System.nanoTime();
          return;
        }
        cursors[i] = claim(w, streams.get(i), cursors[i], room, known);
      } while (!cursors[i].equals(FIRST));
    }
  }

  private String claim(Wire w, StreamName stream, String cursor, int count, Set<String> known) {
    Object answer =
        w.ask(
            new CommandArguments(Protocol.Command.XAUTOCLAIM)
                .add(stream.key())
                .add(member.group)
                .add(member.name)
                .add(settings.claimAfter().toMillis())
                .add(cursor)
                .add("COUNT")
                .add(count));
    List<?> parts = (List<?>) answer;
    take(stream, (List<?>) parts.get(1), true, known, w);
    return RedisNames.text((byte[]) parts.get(0));
  }

  /** Takes all that is pending in a group with an order, the oldest first. */
  private void inherit(Wire w) {
    for (StreamName stream : streams) {
      Set<String> known = held.ids(stream);
      String from = "-";
      while (from != null) {
        int room = Math.min(CLAIM_BATCH, room());
        if (room <= 0) {
          return;
        }
        from = inherit(w, stream, from, room, known);
      }
    }
    ownership.inherited();
  }

  private @Nullable String inherit(
      Wire w, StreamName stream, String from, int room, Set<String> known) {
    Object answer =
        w.ask(
            new CommandArguments(Protocol.Command.XPENDING)
                .add(stream.key())
                .add(member.group)
                .add(from)
                .add("+")
                .add(CLAIM_BATCH));
    CommandArguments claim =
        new CommandArguments(Protocol.Command.XCLAIM)
            .add(stream.key())
            .add(member.group)
            .add(member.name)
            .add(0);
    int wanted = 0;
    String last = null;
    for (Object p : (List<?>) answer) {
      byte[] id = (byte[]) ((List<?>) p).get(0);
      if (!known.contains(RedisNames.text(id)) && wanted++ < room) {
        claim.add(id);
      }
      if (wanted <= room) {
        last = "(" + RedisNames.text(id);
      }
    }
    if (wanted > 0) {
      take(stream, (List<?>) w.ask(claim), true, Set.of(), w);
    }
    return last;
  }

  /** Asks it to end, even if it waits at the server. */
  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
    RedisServer server = link.server();
    if (wire != null && server != null && !server.isCluster()) {
      try {
        server
            .client()
            .executeCommand(
                new CommandArguments(Protocol.Command.CLIENT).add("UNBLOCK").add(clientId));
      } catch (JedisException e) {
        LOG.debug("A read for {} could not be ended early", group, e);
      }
    }
  }

  /** Waits for its end, then breaks its connection. */
  void join(long millis) {
    try {
      thread.join(Math.max(1, millis));
      Wire w = wire;
      if (w != null) {
        w.breakOff();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
