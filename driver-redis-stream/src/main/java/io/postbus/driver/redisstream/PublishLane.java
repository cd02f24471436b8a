package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.PublishException;
import io.postbus.spi.support.DaemonThreads;
import io.postbus.spi.support.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The time with one connection to publish on. Its owner's thread writes, a thread of its own reads
 * the answers, which come in the order of the commands. Once it is lost, {@link #unanswered()} is
 * to be written again, in its order, on another.
 */
final class PublishLane {
  private static final long JOIN_MILLIS = 2_000;

  private final Wire wire;
  private final int replicas;
  private final CommandArguments replicate;
  private final Runnable lost;
  private final Runnable answered;
  private final Thread reader;

  /** Written and not answered. */
  private final Queue<Outgoing> sent = new ConcurrentLinkedQueue<>();

  /** Confirmed by the server, but not yet by its replicas. */
  private final Queue<Outgoing> unreplicated = new ConcurrentLinkedQueue<>();

  /** Not taken for now: to be written again, unless a later one of its stream was taken. */
  private final Queue<Outgoing> refused = new ConcurrentLinkedQueue<>();

  /** Nothing is written any more; it ends when all is answered. */
  private volatile boolean ending;

  private volatile boolean isLost;
  private volatile long quietSince = System.nanoTime();

  /** Stands for the question how many replicas have all before it. */
  private static final Outgoing QUESTION =
      new Outgoing(
          new byte[0],
          new CommandArguments(Protocol.Command.WAIT),
          "",
          0,
          0,
          new Window(0),
          nobody -> {});

  /**
   * @param replicas how many must have a message before it is confirmed
   * @param lost called when it is lost; must not wait
   * @param answered called when everything written is answered; must not wait
   */
  PublishLane(
      Wire wire,
      int replicas,
      long replicaMillis,
      Runnable lost,
      Runnable answered,
      String threadName) {
    this.wire = wire;
    this.replicas = replicas;
    this.replicate = new CommandArguments(Protocol.Command.WAIT).add(replicas).add(replicaMillis);
    this.lost = lost;
    this.answered = answered;
    wire.setSoTimeout(0);
    this.reader = DaemonThreads.named(this::read, threadName);
  }

  void start() {
    reader.start();
  }

  boolean isLost() {
    return isLost;
  }

  /** Whether more may be written. */
  boolean isOpen() {
    return !isLost && !ending;
  }

  /** By the owner's thread; goes out with the next {@link #push}. */
  void write(Outgoing o, boolean rapid) {
    if (!o.write()) {
      return;
    }
    if (sent.isEmpty()) {
      quietSince = System.nanoTime();
    }
    sent.add(o);
    wire.write(o.command);
    if (rapid) {
      o.confirmed();
    }
  }

  void push() {
    if (replicas > 0) {
      sent.add(QUESTION);
      wire.write(replicate);
    }
    wire.push();
  }

  private void read() {
    try {
      while (!(ending && sent.isEmpty())) {
        answered(answer());
        if (sent.isEmpty()) {
          answered.run();
        }
      }
    } catch (RuntimeException e) {
      // Told by whoever looks after the link; here it is enough that there is no more to read.
      wire.breakOff();
    } finally {
      isLost = true;
      lost.run();
    }
  }

  private @Nullable Object answer() {
    try {
      return wire.read();
    } catch (JedisDataException e) {
      return e;
    }
  }

  private void answered(@Nullable Object answer) {
    Outgoing o = sent.poll();
    quietSince = System.nanoTime();
    if (o == null) {
      throw new IllegalStateException("Redis answered what nobody asked");
    }
    if (o == QUESTION) {
      replicated(answer);
    } else if (answer instanceof JedisDataException e) {
      refused(o, e);
    } else if (answer == null) {
      o.failed(PublishException.unroutable("There is no " + o.to));
    } else {
      taken(o);
    }
  }

  private void taken(Outgoing o) {
    if (!refused.isEmpty()) {
      refused.removeIf(
          r -> {
            boolean overtaken = Arrays.equals(r.stream, o.stream);
            if (overtaken) {
              r.failed(PublishException.rejected("Redis did not take the message for now", null));
            }
            return overtaken;
          });
    }
    if (replicas == 0) {
      o.confirmed();
    } else {
      unreplicated.add(o);
    }
  }

  private void refused(Outgoing o, JedisDataException why) {
    if (RedisErrors.isFull(why) || RedisErrors.isElsewhere(why)) {
      refused.add(o);
      ending = true;
      lost.run();
    } else {
      o.failed(RedisErrors.refusal(why));
    }
  }

  private void replicated(@Nullable Object answer) {
    boolean enough = answer instanceof Long n && n >= replicas;
    for (Outgoing o : unreplicated) {
      if (enough) {
        o.confirmed();
      } else {
        o.failed(
            PublishException.unknown(
                "Redis has the message, but not %d of its replicas within the limit"
                    .formatted(replicas),
                null));
      }
    }
    unreplicated.clear();
  }

  /** Breaks it if it has been asked and has said nothing for so long. */
  void breakIfSilent(long limitNanos) {
    if (!sent.isEmpty() && System.nanoTime() - quietSince > limitNanos) {
      wire.breakOff();
    }
  }

  /** Whether answers are to come. */
  boolean isAwaiting() {
    return !sent.isEmpty();
  }

  boolean isSettled() {
    return sent.isEmpty() && unreplicated.isEmpty() && refused.isEmpty();
  }

  /** Whether it ended because the server did not take something for now. */
  boolean hasRefused() {
    return !refused.isEmpty();
  }

  /** Ends what is overdue, or all with {@code everything}. */
  void expire(long now, BusException why, boolean everything) {
    for (Queue<Outgoing> some : List.of(unreplicated, refused, sent)) {
      for (Outgoing o : some) {
        if (o != QUESTION && (everything || o.overdue(now))) {
          o.failed(why);
        }
      }
    }
  }

  /** Ends it and returns what may have to be written again, in order. */
  List<Outgoing> unanswered() {
    close();
    List<Outgoing> all = new ArrayList<>();
    if (reader.isAlive()) {
      throw new IllegalStateException("The reader of a lost connection does not end");
    }
    all.addAll(unreplicated);
    all.addAll(refused);
    all.addAll(sent);
    all.removeIf(o -> o == QUESTION || o.ended());
    return all;
  }

  void close() {
    wire.breakOff();
    try {
      reader.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
