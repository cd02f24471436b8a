package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

  private final String queue;
  private final Held held;
  private final Thread keeper;
  private final AtomicReference<@Nullable Delivery> settled = new AtomicReference<>();
  private final AtomicInteger settledCount = new AtomicInteger();
  private volatile int batch = 1;
  private volatile @Nullable String lost;
  private String consumerTag = "";
  private int prefetch;

  Subscription(Channel channel, String queue, Held held, Thread keeper) {
    super(channel);
    this.queue = queue;
    this.held = held;
    this.keeper = keeper;
  }

  void consume(int n) throws IOException {
    prefetch = n;
    batch = Math.max(1, Math.min(BATCH, n / 4));
    getChannel().basicQos(n);
    consumerTag = getChannel().basicConsume(queue, false, this);
  }

  /** A prefetch is for new consumers only, so this one begins again; what is out stays out. */
  void resize(int n) throws IOException {
    if (n == prefetch) {
      return;
    }
    getChannel().basicCancel(consumerTag);
    if (n < prefetch) {
      for (Delivery d : held.giveBack()) {
        getChannel().basicNack(d.tag, false, true);
      }
    }
    consume(n);
  }

  @Override
  public void handleDelivery(String tag, Envelope e, BasicProperties properties, byte[] body) {
    held.add(new Delivery(this, e, properties, body));
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
    if (n == 1 || n == batch) {
      LockSupport.unpark(keeper);
    }
  }

  boolean hasSettled() {
    return settled.get() != null;
  }

  /** Whether it is time to send them at once. */
  boolean batchIsFull() {
    return settledCount.get() >= batch;
  }

  /**
   * Sends what has been settled since: those from the front of what we hold by one acknowledgement,
   * each other one by its own, so that a slow delivery holds back nobody.
   */
  void sendSettlements() throws IOException {
    List<Delivery> acked = new ArrayList<>();
    List<Delivery> released = new ArrayList<>();
    int n = 0;
    for (Delivery d = settled.getAndSet(null); d != null; d = d.nextSettled) {
      (d.state() == Delivery.RELEASED ? released : acked).add(d);
      n++;
    }
    if (n == 0) {
      return;
    }
    settledCount.addAndGet(-n);
    List<Delivery> all = new ArrayList<>(acked);
    all.addAll(released);
    long lowest = held.settled(all);
    for (Delivery d : released) {
      getChannel().basicNack(d.tag, false, true);
    }
    acknowledge(acked, lowest);
  }

  private void acknowledge(List<Delivery> acked, long lowest) throws IOException {
    long front = 0;
    for (Delivery d : acked) {
      front = d.tag < lowest ? Math.max(front, d.tag) : front;
    }
    if (front > 0) {
      getChannel().basicAck(front, true);
    }
    for (Delivery d : acked) {
      if (d.tag > lowest) {
        getChannel().basicAck(d.tag, false);
      }
    }
  }

  /** Returns when the broker has seen all that was sent: it answers in order. */
  void sync() throws IOException {
    getChannel().basicQos(prefetch);
  }

  /** Ends the channel: the broker gives back what is unsettled, at its old place. */
  void close() {
    lose("closed");
    Scratch.quietly(getChannel());
  }
}
