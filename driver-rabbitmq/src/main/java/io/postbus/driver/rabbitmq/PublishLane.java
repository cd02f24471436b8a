package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.postbus.spi.BusException;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel to publish on, made anew whenever it is lost. Its owner's thread opens and writes;
 * the client's reader thread confirms.
 */
final class PublishLane {
  private static final Logger LOG = LoggerFactory.getLogger(PublishLane.class);

  /**
   * So often the broker may close the channel, with nothing confirmed in between and no culprit.
   */
  private static final int STRIKES = 3;

  /**
   * After so long with refusals only, a new channel is tried. RabbitMQ 3.10's channels ask the node
   * that led a quorum queue when they first published to it: had that just died, they refuse every
   * message until it comes back.
   */
  private static final long REFUSING_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Confirm confirm;
  private final boolean quorum;
  private final KnownExchanges exchanges;
  private final Runnable lost;
  private final Unconfirmed unconfirmed;
  private volatile @Nullable Channel channel;
  private Gathering gathering = Gathering.NONE;
  private volatile @Nullable ShutdownSignalException closed;
  private volatile boolean progressed;

  /** When the broker began to refuse whatever it is given; 0 while it takes something. */
  private volatile long refusingSince;

  private volatile boolean useless;
  private int strikes;

  /**
   * @param quorum whether messages may go to quorum queues
   * @param lost called when the channel is gone; must not wait
   */
  PublishLane(
      Confirm confirm, boolean quorum, int window, KnownExchanges exchanges, Runnable lost) {
    this.confirm = confirm;
    this.quorum = quorum;
    this.exchanges = exchanges;
    this.lost = lost;
    this.unconfirmed = new Unconfirmed(window);
  }

  Unconfirmed unconfirmed() {
    return unconfirmed;
  }

  boolean isOpen() {
    Channel c = channel;
    return c != null && c.isOpen() && !useless;
  }

  /**
   * A new channel; what was not confirmed on the old one is written again before anything else.
   *
   * @param to where messages gather until {@link Gathering#send}
   */
  void open(Connection connection, Gathering to) throws IOException {
    gathering = to;
    close();
    useless = false;
    refusingSince = 0;
    unconfirmed.restart();
    blame();
    Channel c = Scratch.open(connection);
    try {
      c.addShutdownListener(this::closed);
      if (confirm == Confirm.CONFIRMED) {
        // Not confirmSelect(): with it the client keeps a sorted set of all numbers for itself.
        c.rpc(new AMQP.Confirm.Select.Builder().build());
        c.addConfirmListener(new Confirmations());
        c.addReturnListener(
            (code, text, exchange, key, properties, body) ->
                returned(code, text, exchange, key, properties.getMessageId()));
      } else if (quorum) {
        c.confirmSelect();
      }
      channel = c;
      writeAgain(connection);
    } catch (IOException | RuntimeException e) {
      Scratch.quietly(c);
      throw e;
    }
  }

  private void writeAgain(Connection connection) throws IOException {
    Outgoing o;
    while ((o = unconfirmed.nextAgain()) != null) {
      if (exchanges.admit(connection, o)) {
        o.returned(null);
        unconfirmed.writtenAgain();
        publish(o);
      }
    }
  }

  /** Writes one that is new. If the channel is lost meanwhile, the next one begins with it. */
  void write(Outgoing o) throws IOException {
    if (o.write()) {
      unconfirmed.add(o);
      publish(o);
    }
  }

  private void publish(Outgoing o) throws IOException {
    Channel c = channel;
    if (c == null) {
      throw new IOException("the channel is not open");
    }
    gathering.hold();
    try {
      c.basicPublish(o.exchange, o.routingKey, o.mandatory, o.properties, o.body);
      if (confirm == Confirm.RAPID) {
        unconfirmed.takeBack();
        o.confirmed();
      }
    } catch (ShutdownSignalException e) {
      throw e;
    } catch (RuntimeException e) {
      // Thrown while encoding, so nothing of it is written: headers beyond a frame, for example.
      unconfirmed.takeBack();
      o.failed(PublishException.refused("The message cannot be encoded: " + e.getMessage(), e));
    } finally {
      gathering.release();
    }
  }

  /**
   * Returns when the broker has what was written rapidly. A channel hands a quorum queue a few
   * messages at a time, and what it still has when it is closed is gone.
   */
  void awaitRapid(long limitNanos) throws InterruptedException {
    Channel c = channel;
    if (confirm == Confirm.RAPID && quorum && c != null) {
      try {
        c.waitForConfirms(Math.max(1, TimeUnit.NANOSECONDS.toMillis(limitNanos)));
      } catch (TimeoutException | ShutdownSignalException e) {
        LOG.debug("It is not known whether all that was published rapidly has arrived", e);
      }
    }
  }

  void close() {
    Channel c = channel;
    if (c != null) {
      Scratch.quietly(c);
    }
  }

  private void closed(ShutdownSignalException cause) {
    closed = cause;
    lost.run();
  }

  /** Told before the confirmation of the same message, which then fails. */
  private void returned(int code, String text, String exchange, String key, @Nullable String id) {
    for (Outgoing o : unconfirmed.all()) {
      if (!o.isReturned() && o.is(id, exchange, key)) {
        o.returned(
            code == RabbitErrors.NO_ROUTE
                ? PublishException.unroutable(
                    exchange.isEmpty()
                        ? "There is no queue " + key
                        : "No queue takes the type " + key + " from the exchange " + exchange)
                : PublishException.rejected("The broker sent the message back: " + text, null));
        return;
      }
    }
  }

  /** Ends those for which the broker closed the channel, so that the others can go on. */
  private void blame() {
    ShutdownSignalException cause = closed;
    closed = null;
    if (cause == null || cause.isHardError() || cause.isInitiatedByApplication()) {
      return;
    }
    String text = RabbitErrors.reason(cause);
    exchanges.forget(RabbitErrors.exchange(text));
    Predicate<Outgoing> culprit = RabbitErrors.culprit(cause);
    boolean found = false;
    for (Outgoing o : unconfirmed.all()) {
      if (culprit.test(o)) {
        o.failed(RabbitErrors.refusal(cause));
        found = true;
      }
    }
    strikes = progressed || found ? 0 : strikes + 1;
    progressed = false;
    if (strikes >= STRIKES) {
      fail(PublishException.unknown("The channel was closed again and again: " + text, cause));
    }
  }

  /** Ends all that wait for their confirmation. */
  void fail(BusException why) {
    unconfirmed.all().forEach(o -> o.failed(why));
  }

  private final class Confirmations implements ConfirmListener {
    @Override
    public void handleAck(long tag, boolean multiple) {
      progressed = true;
      if (refusingSince != 0) {
        refusingSince = 0;
      }
      List<Outgoing> answered = unconfirmed.answered(tag, multiple);
      for (int i = 0; i < answered.size(); i++) {
        answered.get(i).confirmed();
      }
    }

    @Override
    public void handleNack(long tag, boolean multiple) {
      doubt();
      for (Outgoing o : unconfirmed.answered(tag, multiple)) {
        o.failed(refusal(o));
      }
    }

    /** One queue of those that should have had it refuses it, of which others may know nothing. */
    private PublishException refusal(Outgoing o) {
      return o.exchange.isEmpty()
          ? PublishException.rejected(
              "The broker did not take the message: its queue is full or broken", null)
          : PublishException.unknown(
              "The broker did not take the message for each group: a queue is full or broken",
              null);
    }

    private void doubt() {
      long now = System.nanoTime();
      if (refusingSince == 0) {
        refusingSince = now == 0 ? 1 : now;
      } else if (quorum && !useless && now - refusingSince > REFUSING_NANOS) {
        useless = true;
        lost.run();
      }
    }
  }
}
