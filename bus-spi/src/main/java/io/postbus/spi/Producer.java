package io.postbus.spi;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages. Thread-safe.
 *
 * <p>Two messages of one key to one destination, the second sent after the first call returned,
 * arrive in that order, also over a reconnect; so do two without a key on a broker that has one
 * queue per group.
 */
public interface Producer extends AutoCloseable {
  /**
   * Sends one message. May block while the window is full, the connection is down or publishers are
   * blocked, within the timeout of {@link ProducerSpec}. Stages complete on the driver's threads:
   * do nothing in them that waits.
   *
   * @return completes when the broker owns the message ({@code CONFIRMED}) or the client does
   *     ({@code RAPID}); else fails with {@link PublishException} or {@link ClosedException}.
   *     {@code UNROUTABLE} where the broker says that nothing took it; whether that is an error is
   *     the runtime's to say, and of a topic a broker that cannot tell completes normally. A group
   *     that does not exist is always {@code UNROUTABLE}. Never throws; an interrupt ends a wait
   *     inside the call with {@code REJECTED} and stays set
   */
  CompletionStage<Void> send(Destination to, Message message);

  /**
   * Sends as {@link #send(Destination, Message)} does, and tells {@code ended} what would become of
   * its stage: for whoever would only make another stage of that, at a hundred thousand a second.
   *
   * @param ended is told null or the failure, once, on any thread; it neither waits nor throws
   */
  default void send(Destination to, Message message, Consumer<? super @Nullable Throwable> ended) {
    CompletionStage<Void> unused =
        send(to, message)
            .whenComplete(
                (nothing, failure) -> {
                  Throwable cause = failure instanceof CompletionException e ? e.getCause() : null;
                  ended.accept(cause == null ? failure : cause);
                });
  }

  /** Sends all in order and returns a stage for each, in the same order. */
  default List<CompletionStage<Void>> send(List<Outbound> batch) {
    List<CompletionStage<Void>> stages = new ArrayList<>(batch.size());
    for (Outbound o : batch) {
      stages.add(send(o.to(), o.message()));
    }
    return stages;
  }

  /**
   * Sends out what the client still buffers, waits for outstanding confirmations for at most 2 s,
   * fails the rest as unknown. Idempotent.
   */
  @Override
  void close();
}
