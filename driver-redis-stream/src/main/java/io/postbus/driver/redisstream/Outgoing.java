package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.support.Window;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;

/**
 * One message on its way to the server. It ends once: who gets there first, the answer or the limit
 * of time, tells the sender and frees the place in the window. Thread-safe.
 */
final class Outgoing {
  private static final AtomicIntegerFieldUpdater<Outgoing> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Outgoing.class, "state");
  private static final int WAITING = 0;
  private static final int WRITTEN = 1;
  private static final int ENDED = 2;

  final byte[] stream;
  final CommandArguments command;

  /** Where it goes, in words. */
  final String to;

  /** By {@link System#nanoTime}. */
  final long deadline;

  private final Window window;
  private final Consumer<? super @Nullable BusException> ended;

  /** Of the payload. */
  private final int bytes;

  private volatile int state = WAITING;

  Outgoing(
      byte[] stream,
      CommandArguments command,
      String to,
      int bytes,
      long deadline,
      Window window,
      Consumer<? super @Nullable BusException> ended) {
    this.stream = stream;
    this.command = command;
    this.to = to;
    this.deadline = deadline;
    this.bytes = bytes;
    this.window = window;
    this.ended = ended;
  }

  /** The end as a stage. */
  static final class Stage extends CompletableFuture<Void>
      implements Consumer<@Nullable Throwable> {
    @Override
    public void accept(@Nullable Throwable why) {
      if (why == null) {
        complete(null);
      } else {
        completeExceptionally(why);
      }
    }
  }

  /** From now on the server may have it. False if it has ended before. */
  boolean write() {
    return STATE.compareAndSet(this, WAITING, WRITTEN) || state == WRITTEN;
  }

  /** Whether the server may have it. */
  boolean written() {
    return state == WRITTEN;
  }

  boolean ended() {
    return state == ENDED;
  }

  boolean overdue(long now) {
    return deadline - now < 0 && state != ENDED;
  }

  void confirmed() {
    end(null);
  }

  void failed(BusException why) {
    end(why);
  }

  private void end(@Nullable BusException why) {
    if (STATE.getAndSet(this, ENDED) == ENDED) {
      return;
    }
    try {
      ended.accept(why);
    } finally {
      window.leave(bytes);
    }
  }
}
