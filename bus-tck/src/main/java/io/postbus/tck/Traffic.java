package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Producer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A publisher on a thread of its own: numbered messages of a few keys, about a thousand a second.
 */
final class Traffic implements AutoCloseable {
  private static final int KEYS = 4;
  private static final long PACE = 700_000;

  private final Producer producer;
  private final String topic;
  private final Duration patience;
  private final Thread thread;
  private final Map<Message, CompletionStage<Void>> sends = new LinkedHashMap<>();
  private final AtomicInteger confirmed = new AtomicInteger();
  private volatile boolean stopping;

  Traffic(Producer producer, String topic, Duration patience) {
    this.producer = producer;
    this.topic = topic;
    this.patience = patience;
    this.thread = new Thread(this::run, "tck-traffic-" + topic);
    thread.start();
  }

  private void run() {
    for (int n = 0; !stopping; n++) {
      Message message = Messages.keyed(topic, "key-" + n % KEYS, n);
      CompletionStage<Void> sent = producer.send(Destination.topic(topic), message);
      synchronized (sends) {
        sends.put(message, sent);
      }
      var unused = sent.whenComplete((v, failure) -> count(failure));
      LockSupport.parkNanos(PACE);
    }
  }

  private void count(@Nullable Throwable failure) {
    if (failure == null) {
      confirmed.incrementAndGet();
    }
  }

  /** Waits until so many more have been confirmed. */
  void awaitConfirmed(int more) {
    int target = confirmed.get() + more;
    Eventually.within(patience)
        .asserts(
            more + " more are confirmed",
            () -> assertThat(confirmed.get()).isGreaterThanOrEqualTo(target));
  }

  /** Stops, waits for the end of every send, and returns the ids of those that were confirmed. */
  List<String> stop() {
    close();
    List<String> ids = new ArrayList<>();
    synchronized (sends) {
      sends.forEach(
          (message, sent) -> {
            if (Sends.end(sent, patience).isEmpty()) {
              ids.add(message.id());
            }
          });
    }
    return ids;
  }

  /** The ids of all that were sent. */
  Set<String> ids() {
    synchronized (sends) {
      return sends.keySet().stream().map(Message::id).collect(Collectors.toSet());
    }
  }

  /** How many have been sent. */
  int size() {
    synchronized (sends) {
      return sends.size();
    }
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(patience.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(thread.isAlive()).as("a send that does not return").isFalse();
  }
}
