package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.support.Backoff;
import io.postbus.spi.support.DaemonThreads;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So often one stream is read alone while it is never empty, before the others have a turn. */
  private static final int TURNS_ALONE = 16;

  private final RedisLink link;
  private final Declarations declarations;
  private final String group;
  private final Member member;
  private final List<StreamName> streams;
  private final Leftovers leftovers;
  private final Intake intake;
  private final Room room;
  private final int readers;
  private final Ownership ownership;
  private final RedisSettings settings;
  private final Runnable onChange;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile boolean connected;
  private volatile String trouble = "not connected yet";
  private volatile @Nullable Wire wire;
  private volatile long clientId;
  private @Nullable StreamName alone;
  private int turns;

  /**
   * @param readers how many there are for the member
   * @param onChange called when it is connected or no more; must not wait
   */
  StreamReader(
      RedisLink link,
      Declarations declarations,
      Membership membership,
      List<StreamName> streams,
      int readers,
      Runnable onChange,
      String threadName) {
    this.link = link;
    this.declarations = declarations;
    this.group = membership.group();
    this.member = membership.member();
    this.room = membership.room();
    this.ownership = membership.ownership();
    this.settings = membership.settings();
    this.streams = streams;
    this.intake = new Intake(membership);
    this.leftovers = new Leftovers(membership, streams, intake);
    this.readers = readers;
    this.onChange = onChange;
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

  /** The lease has changed. */
  void nudge() {
    LockSupport.unpark(thread);
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!stopped && !link.isClosed()) {
      try {
        RedisServer server = link.await(IDLE_NANOS);
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
      } else {
        refresh(server);
      }
      link.suspect();
    }
  }

  private void refresh(RedisServer server) {
    try {
      server.refresh();
    } catch (JedisException e) {
      LOG.debug("The slots of the cluster could not be asked for", e);
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
    long until = System.nanoTime() + backoff.next().toNanos();
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
    intake.begin();
    leftovers.recover(w);
    connected = true;
    onChange.run();
    backoff.reset();
    while (!stopped) {
      turn(w);
    }
  }

  private void turn(Wire w) {
    long lease = intake.begin();
    if (!ownership.isActive()) {
      LockSupport.parkNanos(this, STANDBY_NANOS);
      return;
    }
    leftovers.under(lease);
    if (room.left() < room.plenty()) {
      // For some room, or a moment longer for much of it.
      room.await(room.left() > 0 ? GATHER_NANOS : settings.block().toNanos());
    }
    if (room.left() <= 0 || stopped) {
      return;
    }
    if (!leftovers.hasInherited()) {
      leftovers.inherit(w);
    } else if (!ownership.isOrdered() && leftovers.isScanDue()) {
      leftovers.reclaim(w);
    } else {
      read(w);
    }
  }

  /**
   * Waits at the server for any of the streams, asking each for its share of the room; from one
   * that gave all it was asked for reads on without waiting. Several that come at once may exceed a
   * room smaller than their number, by as much.
   */
  private void read(Wire w) {
    StreamName one = alone;
    if (one == null) {
      ask(w, streams, Math.max(1, room.left() / (streams.size() * readers)), true);
      return;
    }
    int most = room.reserve(Integer.MAX_VALUE);
    int got = 0;
    try {
      got = most > 0 ? ask(w, List.of(one), most, false) : 0;
    } finally {
      room.free(most - got);
    }
    if (got < most || ++turns >= TURNS_ALONE) {
      alone = null;
    }
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
      read.add("BLOCK").add(leftovers.patience(settings.block()).toMillis());
    }
    read.add("STREAMS");
    from.forEach(s -> read.add(s.key()));
    from.forEach(s -> read.add(">"));
    int all = 0;
    for (Entries.Of of : Entries.byStream(w.ask(read))) {
      StreamName stream = named(of.key());
      if (wait) {
        room.take(of.entries().size());
      }
      all += intake.take(w, stream, of.entries(), false, Set.of());
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
