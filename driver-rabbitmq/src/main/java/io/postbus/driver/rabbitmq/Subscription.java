package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's time with one channel; delivery tags mean something within it only. The client's
 * reader thread brings deliveries, any thread settles, the consumer's keeper sends settlements.
 */
final class Subscription extends DefaultConsumer {
  private static final int BATCH = 64;

  /**
   * How long a gap has for closing: longer than a busy machine keeps a handler's thread waiting.
   */
  private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Whoever has nothing in hand for so long asks whether the channel is there. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String queue;
  private final Held held;
  private final boolean quorum;
  private final Thread keeper;
  private final Arriving arriving;
  private final Gathering gathering;
  private final Runnable tell;
  private final AtomicReference<@Nullable Delivery> settled = new AtomicReference<>();
  private final AtomicInteger settledCount = new AtomicInteger();

  /** Whether the keeper sleeps until somebody settles; else it looks by itself before long. */
  private final AtomicBoolean idle = new AtomicBoolean();

  private volatile int batch = 1;
  private volatile @Nullable String lost;
  private @Nullable String consumerTag;

  /** The number that is the consumer tag: each delivery carries it, and the broker's are long. */
  private int consumers;

  private int prefetch;

  /** How many the broker may hand to this consumer tag: fewer while many of older ones are out. */
  private int credit;

  /** The last delivery of older consumer tags. */
  private long older;

  /** Acknowledged, and not sent: something before them is unsettled. Of the keeper. */
  private final List<Delivery> ahead = new ArrayList<>();

  private boolean waiting;
  private long aheadSince;

  /** So many of them may wait; none where the broker could not go on meanwhile. */
  private int most;

  /** Since when nothing has been in hand. Of the keeper. */
  private long quietSince = System.nanoTime();

  Subscription(
      Channel channel,
      Arriving arriving,
      Gathering gathering,
      String queue,
      boolean quorum,
      Held held,
      Thread keeper) {
    super(channel);
    this.arriving = arriving;
    this.gathering = gathering;
    this.queue = queue;
    this.quorum = quorum;
    this.held = held;
    this.tell = held::tell;
    this.keeper = keeper;
  }

  void consume(int n) throws IOException {
    prefetch(n);
    consumeUpTo(n);
  }

  /**
   * A prefetch is for new consumers only, and counts nothing of what older ones have got. So this
   * one begins again; while as many are out as a smaller limit allows it does not consume at all,
   * or it would hoard what others could be doing.
   */
  void resize(int n) throws IOException {
    if (n > prefetch) {
      cancel();
      consume(n);
    } else if (n < prefetch) {
      cancel();
      for (Delivery d : held.giveBack()) {
        getChannel().basicNack(d.tag, false, true);
      }
      prefetch(n);
      consumeUpTo(n - held.out());
    } else if (credit < n) {
      grow(n);
    }
  }

  private void prefetch(int n) {
    prefetch = n;
    batch = Math.max(1, Math.min(BATCH, n / 4));
    most = batch < BATCH ? 0 : n / 4 * 3;
  }

  /** Takes up what those of older tags have freed, a quarter at a time. */
  private void grow(int n) throws IOException {
    int old = held.upTo(older);
    if (old == 0) {
      cancel();
      consumeUpTo(n);
    } else if (n - old - credit >= Math.max(1, n / 4)) {
      cancel();
      consumeUpTo(n - held.out());
    }
  }

  private void consumeUpTo(int n) throws IOException {
    credit = Math.max(0, n);
    older = held.newest();
    if (credit > 0) {
      getChannel().basicQos(credit);
      consumerTag = getChannel().basicConsume(queue, false, Integer.toString(++consumers), this);
    }
  }

  private void cancel() throws IOException {
    if (consumerTag != null) {
      getChannel().basicCancel(consumerTag);
      consumerTag = null;
    }
  }

  @Override
  public void handleDelivery(String tag, Envelope e, BasicProperties properties, byte[] body) {
    if (held.add(new Delivery(this, e, properties, body))) {
      arriving.whenRead(tell);
    }
  }

  @Override
  public void handleCancel(String tag) {
    lose("the queue " + queue + " was deleted or its node is down");
  }

  @Override
  public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
    lose(RabbitErrors.reason(cause));
  }

  void lose(String why) {
    if (lost == null) {
      lost = why;
    }
    LockSupport.unpark(keeper);
  }

  boolean isLost() {
    return lost != null;
  }

  /** Why it ended, or null if it has not. */
  @Nullable String lost() {
    return lost;
  }

  /** Takes note of a delivery that has just been settled. */
  void settled(Delivery d) {
    Delivery top;
    do {
      top = settled.get();
      d.nextSettled = top;
    } while (!settled.compareAndSet(top, d));
    int n = settledCount.incrementAndGet();
    if (n == batch || (idle.get() && idle.compareAndSet(true, false))) {
      LockSupport.unpark(keeper);
    }
  }

  /** From the keeper: whether the next to be settled is to wake it. */
  void idle(boolean on) {
    idle.set(on);
  }

  boolean hasSettled() {
    return settled.get() != null;
  }

  /** Whether it is time to send them at once. */
  boolean batchIsFull() {
    return settledCount.get() >= batch;
  }

  /**
   * Sends what has been settled since: those from the front of what we hold by one acknowledgement.
   * Those behind a gap wait a little for it to close, as each costs the broker as much as all of
   * the front; then each is sent by its own, so that a slow delivery holds back nobody.
   *
   * @param all whether nothing may wait
   * @return false if there was nothing to send
   */
  boolean sendSettlements(boolean all) throws IOException {
    List<Delivery> fresh = new ArrayList<>();
    List<Delivery> released = new ArrayList<>();
    for (Delivery d = settled.getAndSet(null); d != null; ) {
      fresh.add(d);
      (d.state() == Delivery.RELEASED ? released : ahead).add(d);
      Delivery next = d.nextSettled;
      d.nextSettled = null;
      d = next;
    }
    if (fresh.isEmpty() && ahead.isEmpty()) {
      return false;
    }
    settledCount.addAndGet(-fresh.size());
    long lowest = held.settled(fresh);
    gathering.hold();
    try {
      for (Delivery d : released) {
        getChannel().basicNack(d.tag, false, true);
      }
      acknowledge(lowest, all);
    } finally {
      gathering.release();
    }
    gathering.send();
    return true;
  }

  private void acknowledge(long lowest, boolean all) throws IOException {
    long front = 0;
    int kept = 0;
    for (Delivery d : ahead) {
      if (d.tag < lowest) {
        front = Math.max(front, d.tag);
      } else {
        ahead.set(kept++, d);
      }
    }
    ahead.subList(kept, ahead.size()).clear();
    if (front > 0) {
      getChannel().basicAck(front, true);
    }
    if (all || !mayWait(kept)) {
      for (Delivery d : ahead) {
        getChannel().basicAck(d.tag, false);
      }
      ahead.clear();
      waiting = false;
    }
  }

  /** Whether so many may wait on, as few as they are, and as long as they have. */
  private boolean mayWait(int kept) {
    long now = System.nanoTime();
    if (!waiting) {
      aheadSince = now;
    }
    waiting = kept > 0 && kept <= most && now - aheadSince < GAP_NANOS;
    return waiting;
  }

  /**
   * Has the broker answer where there was nothing to tell it for a while. It may end a channel
   * without a word, and says so only to the next that is said on it; of its connection's heartbeats
   * one cannot tell. The limit that is asked for is the one that new consumers have anyway.
   *
   * @param sent whether something was just said
   */
  void askIfQuiet(boolean sent) throws IOException {
    long now = System.nanoTime();
    if (sent || held.newest() != 0) {
      quietSince = now;
    } else if (now - quietSince >= QUIET_NANOS) {
      getChannel().basicQos(Math.max(1, credit));
      quietSince = System.nanoTime();
    }
  }

  /**
   * Returns when the queue has all that was sent. The channel answers in order, and a classic queue
   * has it then. To a quorum queue the channel sends 32 commands ahead and keeps the others, which
   * it would forget with its end; but joining and leaving go through the queue's log, the first
   * behind the ones sent, and the second behind the ones kept.
   */
  void sync() throws IOException {
    getChannel().basicQos(1);
    if (quorum) {
      String fence = getChannel().basicConsume(queue, false, Map.of("x-priority", -1), this);
      getChannel().basicCancel(fence);
    }
  }

  /** Ends the channel: the broker gives back what is unsettled, at its old place. */
  void close() {
    lose("closed");
    Scratch.quietly(getChannel());
  }
}
