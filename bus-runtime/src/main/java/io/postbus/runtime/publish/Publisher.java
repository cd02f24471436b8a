package io.postbus.runtime.publish;

import io.postbus.Interceptor;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.PublishResult;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.codec.Codecs;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Delayed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What applications publish through: the interceptors, the limits and the waiting. Thread-safe. */
public final class Publisher {
  /** Drivers end each send at about its limit; this is how much later they are waited for. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final int CHUNK = 500;

  private final Dispatch dispatch;
  private final List<Interceptor> interceptors;
  private final Timeline timeline;
  private final Duration timeout;
  private volatile boolean closed;

  /**
   * A publisher.
   *
   * @param source of messages that have none; may be empty
   * @param timeout how long publishing takes at most, unless a call says otherwise
   */
  public Publisher(
      Senders senders,
      Keeping keeping,
      Codecs codecs,
      String source,
      List<Interceptor> interceptors,
      PublishEvents events,
      Timeline timeline,
      Duration timeout) {
    this.dispatch =
        new Dispatch(senders, new Preparation(codecs, timeline, source), keeping, events);
    this.interceptors = List.copyOf(interceptors);
    this.timeline = timeline;
    this.timeout = timeout;
  }

  /** Publishes and waits until it is done. */
  public void publish(Message m, PublishOptions o) {
    Duration limit = limit(o);
    long until = until(o, limit);
    Awaiting.done(start(m, o, limit), m, until);
  }

  /** Publishes; the stage says when it is done. Never throws. */
  public CompletionStage<Void> publishAsync(Message m, PublishOptions o) {
    Duration limit = limit(o);
    if (o.timeout() == null) {
      return start(m, o, limit);
    }
    long until = until(o, limit);
    return Awaiting.limited(start(m, o, limit), m, left(until), timeline);
  }

  /**
   * Guarantees a message that has waited in another store; interceptors have seen it before.
   *
   * @return completes when this bus's own store has its entries
   */
  public CompletionStage<Void> guarantee(Delayed entry, Duration ackWithin) {
    PublishOptions o = Publish.guaranteed().ackWithin(ackWithin);
    String connection = PostbusHeaders.driver(entry.message());
    if (connection != null) {
      o = o.driver(connection);
    }
    if (entry.destination() instanceof Destination.ToGroup group) {
      o = o.toGroup(group.name());
    }
    return dispatch.send(PostbusHeaders.strip(entry.message()), o, Duration.ZERO);
  }

  /** Publishes all in order and waits for all. */
  public List<PublishResult> publishAll(Collection<Message> messages, PublishOptions o) {
    List<Message> all = List.copyOf(messages);
    Duration limit = limit(o);
    long connected = System.nanoTime() + limit.toNanos();
    List<CompletionStage<Void>> stages = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i += CHUNK) {
      List<Message> chunk = all.subList(i, Math.min(all.size(), i + CHUNK));
      stages.addAll(startAll(chunk, o, left(connected)));
    }
    long until = until(o, limit);
    List<PublishResult> results = new ArrayList<>(all.size());
    for (int i = 0; i < stages.size(); i++) {
      results.add(Awaiting.result(stages.get(i), all.get(i), until));
    }
    return results;
  }

  /** Refuses whatever comes from now on. What is on its way ends with the connections. */
  public void close() {
    closed = true;
  }

  private CompletionStage<Void> start(Message m, PublishOptions o, Duration limit) {
    if (closed) {
      return CompletableFuture.failedFuture(new ClosedException("The bus"));
    }
    if (interceptors.isEmpty()) {
      return timeline.pending().tracking(dispatch.send(m, o, limit));
    }
    try {
      return timeline.pending().tracking(around(0, m, o, limit));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(Failures.ours(e));
    }
  }

  private List<CompletionStage<Void>> startAll(
      List<Message> chunk, PublishOptions o, Duration limit) {
    if (closed || !interceptors.isEmpty()) {
      return chunk.stream().map(m -> start(m, o, limit)).toList();
    }
    List<CompletionStage<Void>> stages = dispatch.sendAll(chunk, o, limit);
    stages.forEach(s -> timeline.pending().tracking(s));
    return stages;
  }

  private CompletionStage<Void> around(int i, Message m, PublishOptions o, Duration limit) {
    return i == interceptors.size()
        ? dispatch.send(m, o, limit)
        : interceptors.get(i).publish(m, next -> around(i + 1, next, o, limit));
  }

  private Duration limit(PublishOptions o) {
    return o.timeout() == null ? timeout : o.timeout();
  }

  private static long until(PublishOptions o, Duration limit) {
    Duration patience = o.timeout() == null ? limit.plus(MARGIN) : limit;
    return System.nanoTime() + patience.toNanos();
  }

  private static Duration left(long until) {
    return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
  }
}
