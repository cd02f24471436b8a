package io.postbus.runtime.consume;

import io.postbus.message.MessageId;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Signals;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets members that wait have what another has taken ahead and not begun. Whoever holds more than
 * it handles in a while says so; whoever waits answers one of them with how many it has room for,
 * and gets no more than that. One that waits with room knows that the broker has nothing ready: so
 * nothing is given back while there is. Without an order only.
 *
 * <p>The polling thread looks and gives, signals come on threads of the driver.
 */
final class Sharing {
  private static final Logger LOG = LoggerFactory.getLogger(Sharing.class);

  /** How long a member waits in vain before it asks, and for what it has asked for. */
  private static final long PATIENCE_NANOS = Duration.ofMillis(50).toNanos();

  private static final long ASK_NANOS = Duration.ofMillis(300).toNanos();
  private static final long OFFER_NANOS = Duration.ofMillis(50).toNanos();

  private final String me = MessageId.next();
  private final String subject;
  private final Signals signals;
  private final Timeline timeline;
  private final InFlight inFlight;
  private final InFlightLimit limit;
  private final GivingBack givingBack;
  private final Runnable wake;
  private final AtomicInteger asked = new AtomicInteger();
  private Signals.@Nullable Listening listening;
  private long offeredAt;
  private volatile boolean waiting;
  private volatile long waitingSince;
  private volatile long askedAt;

  /**
   * For one member.
   *
   * @param wake ends the wait of the polling thread
   */
  Sharing(
      String group,
      Signals signals,
      Timeline timeline,
      InFlight inFlight,
      InFlightLimit limit,
      GivingBack givingBack,
      Runnable wake) {
    this.subject = "postbus.share." + group;
    this.signals = signals;
    this.timeline = timeline;
    this.inFlight = inFlight;
    this.limit = limit;
    this.givingBack = givingBack;
    this.wake = wake;
    this.offeredAt = timeline.nanos() - OFFER_NANOS;
    this.askedAt = timeline.nanos() - ASK_NANOS;
  }

  /** Hears the others from now on. */
  void join() {
    if (listening == null) {
      listening = signals.listen(subject, this::hear);
    }
  }

  /** Neither asks nor gives any more. */
  void leave() {
    waiting = false;
    if (listening != null) {
      listening.close();
      listening = null;
    }
  }

  /** The member polls with room and gets nothing, or it does not. */
  void waits(boolean inVain) {
    if (inVain && !waiting) {
      waitingSince = timeline.nanos();
    }
    if (waiting != inVain) {
      waiting = inVain;
      // What comes now may be what was asked for: more may be asked for after it.
      askedAt = timeline.nanos() - ASK_NANOS;
    }
  }

  /** Gives what was asked for, or offers what there is. */
  void look() {
    int wanted = asked.getAndSet(0);
    int spare = -limit.room(inFlight);
    if (spare <= 0) {
      return;
    }
    if (wanted > 0) {
      int given = givingBack.last(Math.min(wanted, spare));
      limit.gave(given);
      LOG.debug("{} of {} held too many were given back on {}", given, spare, subject);
    }
    long now = timeline.nanos();
    if (spare > wanted && now - offeredAt >= OFFER_NANOS) {
      offeredAt = now;
      signals.send(subject, "have " + me);
    }
  }

  private void hear(String text) {
    String[] words = text.split(" ", 3);
    if (words.length == 2 && words[0].equals("have") && !words[1].equals(me)) {
      ask(words[1]);
    } else if (words.length == 3 && words[0].equals("ask") && words[1].equals(me)) {
      give(words[2]);
    }
  }

  private void ask(String other) {
    long now = timeline.nanos();
    int room = limit.room(inFlight);
    if (waiting && room > 0 && now - waitingSince >= PATIENCE_NANOS && now - askedAt >= ASK_NANOS) {
      askedAt = now;
      signals.send(subject, "ask " + other + " " + room);
    }
  }

  private void give(String many) {
    try {
      asked.addAndGet(Math.max(0, Integer.parseInt(many)));
      wake.run();
    } catch (NumberFormatException e) {
      LOG.debug("Not an answer of this version: {}", many, e);
    }
  }
}
