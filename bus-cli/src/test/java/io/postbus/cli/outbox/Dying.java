package io.postbus.cli.outbox;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.Publish;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that halts, as {@code kill -9} would end it, at one step of its work: {@code
 * publish|handle|fire STEP ID}, in a folder with a {@code postbus.yaml}. One that fires does so
 * until it is killed.
 */
final class Dying {
  /** How it ends: not as a JVM does of itself. */
  static final int HALTED = 77;

  static final String TOPIC = "orders";

  /** The steps of a publication, in which it may halt. */
  enum Publishing {
    BEFORE_ROW,
    AFTER_ROW,
    AFTER_MESSAGE,
    AFTER_COMMIT,
    NEVER
  }

  /** The steps of a handling, in which it may halt. */
  enum Handling {
    BEFORE_ROW,
    AFTER_ROW,
    AFTER_MARK,
    AFTER_COMMIT,
    AFTER_ACK,
    NEVER
  }

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Orders orders;
  private final String step;

  private Dying(Orders orders, String step) {
    this.orders = orders;
    this.step = step;
  }

  public static void main(String[] args) throws Exception {
    Orders orders = new Orders(args[3], args[4], args[5], args[6]);
    Dying process = new Dying(orders, args[1]);
    try (Bus bus = Bus.builder().file(Path.of("postbus.yaml")).open()) {
      if (args[0].equals("publish")) {
        process.publish(bus, args[2]);
      } else if (args[0].equals("handle")) {
        process.handle(bus, args[2]);
      } else {
        while (System.in.read() >= 0) {
          // Nobody writes; the pipe ends with the test.
        }
      }
    }
  }

  private void publish(Bus bus, String id) throws Exception {
    try (Connection c = orders.begin()) {
      reach(Publishing.BEFORE_ROW, id);
      orders.add(c, id);
      reach(Publishing.AFTER_ROW, id);
      bus.publish(Message.of(TOPIC, "Placed", id).id(id).key("k"), Publish.inTransaction(c));
      reach(Publishing.AFTER_MESSAGE, id);
      c.commit();
      reach(Publishing.AFTER_COMMIT, id);
    }
  }

  private void handle(Bus bus, String id) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    bus.subscribe(
        subscription(),
        delivery -> {
          handle(delivery);
          if (delivery.message().id().equals(id)) {
            done.countDown();
          }
        });
    if (!done.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(id + " has not come");
    }
  }

  static Subscription subscription() {
    return Subscription.group("effects").topics(TOPIC).retry(RetrySchedule.NONE).concurrency(1);
  }

  private void handle(Delivery delivery) throws Exception {
    String id = delivery.message().id();
    try (Connection c = orders.begin()) {
      reach(Handling.BEFORE_ROW, id);
      orders.add(c, id);
      reach(Handling.AFTER_ROW, id);
      boolean first = delivery.completeIn(c);
      reach(Handling.AFTER_MARK, id);
      if (first) {
        c.commit();
      } else {
        c.rollback();
      }
      reach(Handling.AFTER_COMMIT, id);
      delivery.ack();
      reach(Handling.AFTER_ACK, id);
    }
  }

  /** It dies of the message that is named like the step. */
  private void reach(Enum<?> reached, String id) {
    if (step.equals(reached.name()) && step.equals(id)) {
      Runtime.getRuntime().halt(HALTED);
    }
  }
}
