package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Received;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The polling of one stay in the group: takes what there is room for, gives back what was asked
 * for, and drains in the end. Only the member's own thread.
 */
final class Poller {
  /** Half of what the driver demands, so that a slow turn does no harm. */
  private static final Duration POLL = Duration.ofMillis(500);

  /** How soon it looks again when it holds more than it should. */
  private static final Duration LOOK = Duration.ofMillis(50);

  /** How long little room is left alone in the hope of more. */
  private static final Duration LITTLE = Duration.ofMillis(20);

  /** How often it looks whether what goes on has ended. */
  private static final Duration DRAIN = Duration.ofMillis(50);

  private final Consumer consumer;
  private final Subscription.Fetch fetch;
  private final Timeline timeline;
  private final Wakeup wakeup;
  private final InFlight inFlight;
  private final InFlightLimit limit;
  private final Circuit circuit;
  private final Intake intake;
  private final Lanes lanes;
  private final GivingBack givingBack;
  private final @Nullable Sharing sharing;
  private final Revocation revocation;
  private int told;

  /** Whether what had not been tried was given back, now that the circuit is open. */
  private boolean trying;

  private boolean tookAny;
  private volatile long notBefore;
  private final long sweep;
  private long sweptAt;

  /**
   * Polls this consumer.
   *
   * @param told how many may be in flight, as the consumer has been told
   * @param sharing what others are given, if they can be given anything
   */
  Poller(
      Consumer consumer,
      int told,
      Subscription.Fetch fetch,
      Timeline timeline,
      Wakeup wakeup,
      InFlight inFlight,
      InFlightLimit limit,
      Circuit circuit,
      Intake intake,
      Lanes lanes,
      GivingBack givingBack,
      Revocation revocation,
      @Nullable Sharing sharing) {
    this.consumer = consumer;
    this.fetch = fetch;
    this.timeline = timeline;
    this.wakeup = wakeup;
    this.inFlight = inFlight;
    this.limit = limit;
    this.circuit = circuit;
    this.intake = intake;
    this.lanes = lanes;
    this.givingBack = givingBack;
    this.sharing = sharing;
    this.revocation = revocation;
    this.told = told;
    this.sweep = givingBack.interval();
    this.notBefore = timeline.nanos();
    this.sweptAt = timeline.nanos();
  }

  /**
   * One turn, of at most half a second.
   *
   * @throws ClosedException if the driver's consumer has been closed
   */
  void turn() {
    givingBack.asked();
    tidy();
    if (paced()) {
      keepAlive();
      waits(false);
      wakeup.await(POLL);
      return;
    }
    boolean open = circuit.isOpen();
    int room = open ? awaitTrial() : awaitRoom();
    trying &= open;
    waits(room > 0 && !open);
    if (room > 0) {
      fetch(room);
    } else {
      keepAlive();
    }
  }

  private void waits(boolean forMore) {
    if (sharing != null) {
      sharing.waits(forMore);
    }
  }

  /** Nothing but the one that the circuit wants to try; what has not been tried is for others. */
  private int awaitTrial() {
    if (!trying && limit.resizable()) {
      limit.gave(givingBack.untried());
    }
    trying = true;
    if (room() <= 0) {
      wakeup.await(POLL);
    }
    return circuit.isOpen() ? room() : 0;
  }

  private int room() {
    return circuit.isOpen() ? (circuit.isWanting() ? 1 : 0) : limit.room(inFlight);
  }

  /** Waits for some room, and then for a little more. */
  private int awaitRoom() {
    if (limit.room(inFlight) <= 0) {
      inFlight.wakeAt(limit.full(inFlight) - 1);
      wakeup.await(limit.room(inFlight) < 0 ? LOOK : POLL);
    }
    int room = limit.room(inFlight);
    if (room > 0 && room < limit.chunk()) {
      inFlight.wakeAt(limit.full(inFlight) - limit.chunk());
      wakeup.await(LITTLE);
      room = limit.room(inFlight);
    }
    return room;
  }

  /** A turn that takes nothing and has what is in hand end. */
  void drain() {
    waits(false);
    givingBack.asked();
    givingBack.unbegun();
    // What is given back would only come here again.
    resize(1);
    keepAlive();
    inFlight.wakeAt(0);
    wakeup.await(DRAIN);
  }

  /** Goes on taking, after it had begun to drain. */
  void undrain() {
    givingBack.kept();
  }

  /** Whether anything has come at all. */
  boolean tookAny() {
    return tookAny;
  }

  /** Whether it would take another delivery if there was one. Any thread. */
  boolean hungry() {
    return room() > 0 && !paced();
  }

  /** The member has left. */
  void left() {
    givingBack.left();
  }

  /** Ends what goes on in the driver's poll, if anything does. Any thread. */
  void wake() {
    wakeup.call();
    consumer.wakeup();
  }

  private void fetch(int room) {
    int max = fetch.max() > 0 ? Math.min(room, fetch.max()) : room;
    revocation.polling();
    List<Received> got = consumer.poll(max, POLL);
    if (!got.isEmpty()) {
      waits(false);
      pace();
      take(got);
    }
  }

  private void pace() {
    if (!fetch.every().isZero()) {
      notBefore = timeline.nanos() + fetch.every().toNanos();
      timeline.schedule(fetch.every(), wakeup::call);
    }
  }

  private boolean paced() {
    return !fetch.every().isZero() && notBefore - timeline.nanos() > 0;
  }

  /** Counted as pending, so that virtual time never finds them in neither place. */
  private void take(List<Received> got) {
    timeline.pending().enter();
    try {
      add(got);
    } finally {
      timeline.pending().leave();
    }
  }

  private void add(List<Received> got) {
    tookAny = true;
    List<Job> jobs = intake.jobs(got, consumer);
    long bytes = 0;
    for (Job job : jobs) {
      inFlight.add(job);
      bytes += job.arrival().bytes();
    }
    if (!jobs.isEmpty()) {
      limit.took(jobs.size(), bytes);
      jobs.removeIf(revocation::overtook);
      lanes.add(jobs);
      revocation.laned(jobs);
    }
  }

  /** Lets the driver do what it does only within polls. */
  private void keepAlive() {
    revocation.polling();
    consumer.poll(0, Duration.ZERO);
  }

  private void tidy() {
    long now = timeline.nanos();
    if (now - sweptAt > sweep) {
      sweptAt = now;
      givingBack.old();
    }
    limit.adapt(now, inFlight);
    if (limit.resizable()) {
      resize(circuit.isOpen() ? inFlight.held() + 1 : limit.forDriver(inFlight));
    }
    if (sharing != null) {
      sharing.look();
    }
  }

  private void resize(int n) {
    if (limit.resizable() && n != told) {
      consumer.maxInFlight(n);
      told = n;
    }
  }
}
