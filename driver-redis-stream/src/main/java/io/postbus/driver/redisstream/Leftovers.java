package io.postbus.driver.redisstream;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/**
 * Finds what was handed out and has nobody who works on it: lost with a connection, held by members
 * that are silent, given back, or left by an earlier active member. Belongs to a reader's thread,
 * and asks on its connection.
 */
final class Leftovers {
  private static final long SCAN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** After a find there may soon be more: who shares gives back a little at a time. */
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long KEEN_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int CLAIM_BATCH = 100;
  private static final String FIRST = "0-0";

  private final Intake intake;
  private final Member member;
  private final Held held;
  private final Room room;
  private final Ownership ownership;
  private final List<StreamName> streams;
  private final String[] cursors;
  private final long claimAfterMillis;
  private final long scanNanos;
  private long nextScan = System.nanoTime();
  private long foundAt = nextScan - KEEN_NANOS;

  /** The lease of the last look, and whether all is taken over under it. */
  private long lease;

  private boolean inherited;

  Leftovers(Membership membership, List<StreamName> streams, Intake intake) {
    this.intake = intake;
    this.member = membership.member();
    this.held = membership.held();
    this.room = membership.room();
    this.ownership = membership.ownership();
    this.streams = streams;
    this.cursors = new String[streams.size()];
    Arrays.fill(cursors, FIRST);
    this.claimAfterMillis = membership.settings().claimAfter().toMillis();
    this.scanNanos = Math.min(SCAN_NANOS, membership.settings().block().toNanos());
  }

  /** Whether it is time to {@link #reclaim}. */
  boolean isScanDue() {
    return System.nanoTime() - nextScan >= 0;
  }

  /** How long a read may wait for what is new, at most this long. */
  Duration patience(Duration most) {
    long left = nextScan - System.nanoTime();
    return ownership.isOrdered() || left >= most.toNanos()
        ? most
        : Duration.ofMillis(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
  }

  /** Under another lease forgets what was asked for under an earlier one: that is left, too. */
  void under(long now) {
    if (ownership.isOrdered() && now != lease) {
      lease = now;
      inherited = false;
      held.lose(d -> d.lease != now && streams.contains(d.stream));
    }
  }

  /** Whether this has all that earlier active members left, and may read what is new. */
  boolean hasInherited() {
    return inherited || !ownership.isOrdered();
  }

  private void takeAgain(StreamName stream, List<?> entries, Set<String> known, Wire w) {
    room.take(entries.size());
    int taken = intake.take(w, stream, entries, true, known);
    room.free(entries.size() - taken);
  }

  /** After a lost connection: what the server handed out and we never got. */
  void recover(Wire w) {
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
          takeAgain(stream, of.entries(), known, w);
          if (!of.entries().isEmpty()) {
            List<?> last = (List<?>) of.entries().get(of.entries().size() - 1);
            from = RedisNames.text((byte[]) last.get(0));
          }
        }
      }
    }
  }

  /** Takes what silent members hold, and what was given back, as far as there is room. */
  void reclaim(Wire w) {
    long now = System.nanoTime();
    boolean keen = now - foundAt < KEEN_NANOS;
    nextScan = now + (keen ? Math.min(AGAIN_NANOS, scanNanos) : scanNanos);
    for (int i = 0; i < cursors.length; i++) {
      Set<String> known = held.ids(streams.get(i));
      do {
        int most = Math.min(CLAIM_BATCH, room.left());
        if (most <= 0) {
          nextScan = System.nanoTime();
          return;
        }
        cursors[i] = claim(w, streams.get(i), cursors[i], most, known);
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
                .add(claimAfterMillis)
                .add(cursor)
                .add("COUNT")
                .add(count));
    List<?> parts = (List<?>) answer;
    List<?> found = (List<?>) parts.get(1);
    if (!found.isEmpty()) {
      foundAt = System.nanoTime();
    }
    takeAgain(stream, found, known, w);
    return RedisNames.text((byte[]) parts.get(0));
  }

  /** Takes all that is pending in a group with an order, the oldest first. */
  void inherit(Wire w) {
    for (StreamName stream : streams) {
      Set<String> known = held.ids(stream);
      String from = "-";
      while (from != null) {
        int most = Math.min(CLAIM_BATCH, room.left());
        if (most <= 0) {
          return;
        }
        from = inherit(w, stream, from, most, known);
      }
    }
    inherited = true;
  }

  private @Nullable String inherit(
      Wire w, StreamName stream, String from, int most, Set<String> known) {
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
      if (!known.contains(RedisNames.text(id)) && wanted++ < most) {
        claim.add(id);
      }
      if (wanted <= most) {
        last = "(" + RedisNames.text(id);
      }
    }
    if (wanted > 0) {
      takeAgain(stream, (List<?>) w.ask(claim), Set.of(), w);
    }
    return last;
  }
}
