package io.postbus.runtime.consume;

import io.postbus.runtime.consume.Verdict.Plain;
import io.postbus.runtime.time.Timeline.Timer;
import io.postbus.spi.Failure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt as the engine sees it: where it is, and what has been decided. Thread-safe: what
 * decides it and what has it in hand may be different threads, and whichever comes last concludes
 * it.
 */
final class Job extends Attempt {
  private static final int QUEUED = 0;
  private static final int BEGUN = 1;
  private static final int LEFT = 2;
  private static final int OVER = 3;
  private static final int DROPPED = 4;
  private static final VarHandle PHASE = handle("phase", int.class);
  private static final VarHandle RESTING = handle("resting", boolean.class);
  private static final VarHandle VERDICT = handle("verdict", Verdict.class);

  private static final long FIRST_RELEASE = Duration.ofMillis(25).toNanos();
  private static final long LONGEST_RELEASE = Duration.ofSeconds(5).toNanos();
  private static final int MOST_RELEASES = 10;

  /** Where {@link InFlight} keeps it. */
  int slot = -1;

  /** Handled alone, where others come in batches. */
  boolean solo;

  /** The attempt as which {@link Trials} began to count its failures; 0 if they do not. */
  volatile int trialFrom;

  /** Whether it has no attempt left, as those count. */
  volatile boolean spent;

  /** What it is handled together with, if anything. */
  @Nullable Batch batch;

  /** By what its group recognises it when it comes again; null until that is asked for. */
  @Nullable String mark;

  /** How much is held against it that a process died with it in hand; see {@link Suspects}. */
  volatile int suspicion;

  /** Given back, which {@link Suspects} do once it is not marked any more. */
  private volatile boolean returning;

  /** Not before then, on the timeline; 0 for at once. */
  private long dueNanos;

  /** When it is due, if it cannot be held so long; else 0. */
  private long dueLater;

  /** How often in a row its handler has given it back. */
  private int releases;

  /** Whether a handler here has had an earlier attempt. */
  private boolean begunBefore;

  private @Nullable RuntimeException refusal;
  private volatile @Nullable Timer timer;
  private long beganNanos;
  private long deadlineNanos;
  private long costNanos = -1;
  private @Nullable Worker worker;

  private volatile int phase = QUEUED;
  private volatile @Nullable Verdict verdict;
  private volatile boolean gone;
  private volatile boolean resting;
  private volatile boolean marked;

  Job(Arrival arrival, Settling settling, int attempt, @Nullable Failure failure) {
    super(arrival, settling, attempt, failure);
  }

  /** The job of another attempt, or of the same one begun anew. */
  Job again(int nextAttempt, @Nullable Failure sofar) {
    Job next = new Job(arrival(), settling, nextAttempt, sofar);
    next.slot = slot;
    next.mark = mark;
    next.suspicion = suspicion;
    next.begunBefore = begun();
    next.trialFrom = trialFrom;
    next.spent = spent;
    // What was in a batch is tried again alone, so that a bad one harms itself alone.
    next.solo = solo || batch != null;
    return next;
  }

  /** Holds it back. Before it goes into its lane. */
  void holdUntil(long nanos) {
    dueNanos = nanos;
  }

  /** Holds it back until then, when it goes elsewhere as it is still not due. */
  void holdUntil(long nanos, long due) {
    dueNanos = nanos;
    dueLater = due;
  }

  long dueNanos() {
    return dueNanos;
  }

  long dueLater() {
    return dueLater;
  }

  int releases() {
    return releases;
  }

  void releases(int soFar) {
    releases = soFar;
  }

  /** If it comes back here again and again, it waits, longer each time. */
  void releasedByHandler(long now) {
    dueNanos = releases == 0 ? 0 : now + Math.min(LONGEST_RELEASE, FIRST_RELEASE << releases);
    releases = Math.min(releases + 1, MOST_RELEASES);
  }

  /** To be given back when it is not marked any more; false if it never was. */
  boolean returnMarked() {
    returning = suspicion > 0;
    return returning;
  }

  boolean returning() {
    return returning;
  }

  /** No handler gets it. */
  void refuse(RuntimeException why) {
    refusal = why;
  }

  @Nullable RuntimeException refusal() {
    return refusal;
  }

  /** What will wake it. */
  void timer(Timer wake) {
    timer = wake;
  }

  /** Hands it to a handler, unless it was dropped. */
  boolean begin(long now, long deadline, @Nullable Worker by) {
    beganNanos = now;
    deadlineNanos = deadline;
    worker = by;
    return PHASE.compareAndSet(this, QUEUED, BEGUN);
  }

  /** Takes it away before it is begun; false if it has been. */
  boolean drop() {
    if (!PHASE.compareAndSet(this, QUEUED, DROPPED)) {
      return false;
    }
    Timer waking = timer;
    if (waking != null) {
      waking.cancel();
    }
    return true;
  }

  /** Whether a handler has it, or may still settle it. */
  boolean open() {
    return phase == BEGUN || (phase == LEFT && verdict == null);
  }

  /** Whether its handler is at work on it. */
  boolean running() {
    return phase == BEGUN;
  }

  boolean queued() {
    return phase == QUEUED;
  }

  /** Whether a handler here has had it, in this attempt or one before. */
  boolean begun() {
    return begunBefore || (phase != QUEUED && phase != DROPPED);
  }

  @Override
  boolean decide(Verdict v) {
    if (!VERDICT.compareAndSet(this, null, v)) {
      return false;
    }
    boolean taken = v != Plain.ACK || settling.acknowledged(this);
    if (phase == LEFT) {
      conclude();
    }
    return taken;
  }

  @Override
  public boolean completeIn(Connection transaction) {
    boolean first = settling.completeIn(transaction, this);
    marked = true;
    return first;
  }

  /** Whether its handler has marked it as completed, in a transaction. */
  boolean marked() {
    return marked;
  }

  /** The handler has come back from it; false if nobody waited for that any more. */
  boolean leave(long now) {
    costNanos = (now - beganNanos) / (batch == null ? 1 : batch.size());
    if (!PHASE.compareAndSet(this, BEGUN, LEFT)) {
      return false;
    }
    if (verdict != null) {
      conclude();
    }
    return true;
  }

  /** Goes on without its handler, which ignores its interrupt; false if that has come back. */
  boolean abandon() {
    if (!PHASE.compareAndSet(this, BEGUN, LEFT)) {
      return false;
    }
    conclude();
    return true;
  }

  /** Its handler is the caller who asked for it, and who has it until it is settled. */
  void lend() {
    if (PHASE.compareAndSet(this, BEGUN, LEFT) && verdict != null) {
      conclude();
    }
  }

  private void conclude() {
    if (PHASE.compareAndSet(this, LEFT, OVER)) {
      settling.conclude(this);
    }
  }

  /** The broker has taken it back. What is open is decided by that. */
  void revoke() {
    gone = true;
    decide(Plain.REVOKED);
  }

  boolean gone() {
    return gone;
  }

  /** Whether it waits for a moment, and not for a worker. */
  boolean resting() {
    return resting;
  }

  /** False if it was so before. */
  boolean rest(boolean on) {
    return RESTING.compareAndSet(this, !on, on);
  }

  @Nullable Verdict verdict() {
    return verdict;
  }

  long beganNanos() {
    return beganNanos;
  }

  @Override
  long deadlineNanos() {
    return deadlineNanos;
  }

  /** How long the handler had it, or its share of that in a batch; up to now if it still has. */
  long costNanos() {
    return costNanos >= 0 ? costNanos : settling.nanos() - beganNanos;
  }

  @Nullable Worker worker() {
    return worker;
  }

  @Override
  public boolean settled() {
    return verdict != null;
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Job.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
