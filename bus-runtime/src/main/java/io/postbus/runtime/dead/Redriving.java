package io.postbus.runtime.dead;

import io.postbus.DeadLetters.Redriven;
import io.postbus.Redrive;
import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends dead letters again, portion by portion, at a rate. Thread-safe. */
public final class Redriving {
  private static final Logger LOG = LoggerFactory.getLogger(Redriving.class);

  private final Resending resending;
  private final Timeline timeline;
  private final Duration limit;
  private final BooleanSupplier closed;

  /**
   * @param limit how long a portion is waited for
   * @param closed whether the bus has been closed, which ends a redrive
   */
  public Redriving(Resending resending, Timeline timeline, Duration limit, BooleanSupplier closed) {
    this.resending = resending;
    this.timeline = timeline;
    this.limit = limit;
    this.closed = closed;
  }

  /** Where the letters come from. One thread. */
  interface Source {
    /** Sends the next ones, at most so many. */
    Portion next(int max) throws InterruptedException;
  }

  /**
   * What became of some letters.
   *
   * @param more whether there may be others behind them
   */
  record Portion(int sent, int failed, boolean more) {}

  Resending resending() {
    return resending;
  }

  /** Sends until there are no more, or the limit of the redrive is reached. */
  Redriven run(Redrive how, long matched, Source source) {
    Pace pace = new Pace(timeline, how.rate(), closed);
    long sent = 0;
    long failed = 0;
    try {
      boolean more = true;
      while (more && sent + failed < how.limit()) {
        pace.await();
        int max = (int) Math.min(pace.portion(), how.limit() - sent - failed);
        Portion portion = source.next(max);
        pace.gone(portion.sent);
        sent += portion.sent;
        failed += portion.failed;
        more = portion.more;
      }
    } catch (InterruptedException e) {
      LOG.warn("A redrive was interrupted after {} letters", sent);
      Thread.currentThread().interrupt();
    }
    return new Redriven(matched, sent, failed);
  }

  /** Waits for all, and returns which have been confirmed. */
  BitSet confirmed(List<? extends CompletionStage<Void>> stages) throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    BitSet ok = new BitSet(stages.size());
    for (int i = 0; i < stages.size(); i++) {
      CompletableFuture<Void> stage = stages.get(i).toCompletableFuture();
      try {
        stage.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        ok.set(i);
      } catch (ExecutionException e) {
        LOG.warn("A dead letter was not sent and stays one: {}", String.valueOf(e.getCause()));
      } catch (TimeoutException e) {
        LOG.warn("A dead letter's sending was not confirmed within {}; it stays one", limit);
      }
    }
    return ok;
  }
}
