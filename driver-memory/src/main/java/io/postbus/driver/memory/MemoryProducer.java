package io.postbus.driver.memory;

import io.postbus.driver.memory.Routes.Taken;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Quantities;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into the groups' queues on the caller's thread, which waits where there is no room
 * or no connection. Every send has ended when it returns, so there is no window to keep.
 * Thread-safe.
 */
final class MemoryProducer implements Producer {
  /** A group that is full counts as such until it has some room; who waits takes less. */
  private static final long LOOK_AGAIN = Duration.ofMillis(50).toNanos();

  private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

  private final Connection connection;
  private final Broker broker;
  private final ProducerSpec spec;
  private volatile boolean closed;

  MemoryProducer(Connection connection, ProducerSpec spec) {
    this.connection = connection;
    this.broker = connection.broker;
    this.spec = spec;
  }

  @Override
  public CompletionStage<Void> send(Destination to, Message message) {
    if (!message.encoded()) {
      return failed(PublishException.refused("The " + message + " is not encoded", null));
    }
    Deadline deadline = null;
    for (; ; ) {
      long seen = broker.gate.seen();
      if (closed || connection.isClosed()) {
        return failed(closedException());
      }
      String obstacle = obstacle();
      CompletionStage<Void> end = obstacle == null ? attempt(to, message) : null;
      if (end != null) {
        return end;
      }
      deadline = deadline == null ? Deadline.after(spec.timeout()) : deadline;
      if (!await(seen, deadline)) {
        return failed(gaveUp(message, obstacle == null ? full() : obstacle));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    broker.gate.changed();
  }

  /** How it ends, or null if there is no room for now. */
  private @Nullable CompletionStage<Void> attempt(Destination to, Message message) {
    Outcome fault = broker.nextFailure();
    if (fault != null) {
      return fail(fault, to, message);
    }
    return switch (offer(to, message)) {
      case YES -> DONE;
      case UNROUTABLE -> notWanted(to, message);
      case TOO_LARGE -> failed(tooLarge(message));
      case FULL -> null;
    };
  }

  private Taken offer(Destination to, Message message) {
    String name = connection.onBroker(to.name());
    return to instanceof Destination.ToTopic
        ? broker.routes.toTopic(name, message)
        : broker.routes.toGroup(name, message);
  }

  /** Why nothing may be sent now, if so. */
  private @Nullable String obstacle() {
    if (!connection.isUp()) {
      return "The memory broker is down";
    }
    return broker.blocked() ? "The memory broker takes no messages from publishers" : null;
  }

  /** What has no room. */
  private String full() {
    String reason = broker.pressure.reason();
    return reason == null ? "A group was full" : reason;
  }

  private PublishException gaveUp(Message message, String obstacle) {
    if (Thread.currentThread().isInterrupted()) {
      return PublishException.rejected(obstacle + ": " + message + " was interrupted", null);
    }
    String what =
        obstacle + ": " + message + " waited " + Quantities.write(spec.timeout()) + " in vain";
    return connection.isSilent()
        ? PublishException.unknown(what, null)
        : PublishException.rejected(what, null);
  }

  /** False once the time is over, or the thread interrupted. */
  private boolean await(long seen, Deadline deadline) {
    long left = deadline.left();
    if (left <= 0) {
      return false;
    }
    try {
      broker.gate.await(seen, Math.min(left, LOOK_AGAIN));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private CompletionStage<Void> fail(Outcome as, Destination to, Message message) {
    String what = message + " fails because a test wants it to";
    return switch (as) {
      case REJECTED -> failed(PublishException.rejected(what, null));
      case UNROUTABLE -> failed(PublishException.unroutable(what));
      case UNKNOWN -> {
        var taken = offer(to, message);
        yield failed(PublishException.unknown(what + ", having been " + taken, null));
      }
    };
  }

  /** Nobody hears of it in {@code RAPID}: the client had it, and promised nothing. */
  private CompletionStage<Void> notWanted(Destination to, Message message) {
    if (spec.confirm() == Confirm.RAPID) {
      return DONE;
    }
    String name = to.name();
    String why =
        to instanceof Destination.ToGroup
            ? "The group " + name + " does not exist"
            : "No group of the topic " + name + " takes the type " + message.type();
    return failed(PublishException.unroutable(why + ": " + message));
  }

  private PublishException tooLarge(Message message) {
    return PublishException.refused(
        "The %s of %d bytes is larger than the broker's max-bytes"
            .formatted(message, message.payload().length),
        null);
  }

  private BusException closedException() {
    return closed ? new ClosedException("The producer") : connection.closedException();
  }

  private static CompletionStage<Void> failed(BusException e) {
    return CompletableFuture.failedStage(e);
  }
}
