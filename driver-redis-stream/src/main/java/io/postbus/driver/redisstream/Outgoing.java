package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.support.Window;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;

/**
 * One message on its way to the server, and the stage its sender waits for. It ends once: who gets
 * there first, the answer or the limit of time, completes the stage and frees the place in the
 * window. Thread-safe.
 */
final class Outgoing extends CompletableFuture<Void> {
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

  /** Of the payload. */
  private final int bytes;

  private volatile int state = WAITING;

  Outgoing(
      byte[] stream, CommandArguments command, String to, int bytes, long deadline, Window window) {
    this.stream = stream;
    this.command = command;
    this.to = to;
    this.deadline = deadline;
    this.bytes = bytes;
    this.window = window;
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
    if (why == null) {
      complete(null);
    } else {
      completeExceptionally(why);
    }
    window.leave(bytes);
  }
}
