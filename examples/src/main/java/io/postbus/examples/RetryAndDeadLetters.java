package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.DeadLetter;
import io.postbus.Filter;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A handler that fails is tried again; what fails for the last time is kept, shown and redriven.
 */
public final class RetryAndDeadLetters {
  private RetryAndDeadLetters() {}

  public static void main(String[] args) throws InterruptedException {
    CountDownLatch dead = new CountDownLatch(3);
    CountDownLatch paid = new CountDownLatch(1);
    boolean[] open = new boolean[1];
    RetrySchedule schedule =
        RetrySchedule.inPlace(Duration.ZERO).thenDelayed(Duration.ofMillis(200));
    try (Bus bus = Embedded.bus().open()) {
      bus.subscribe(
          Subscription.group("payments").topics("orders").retry(schedule),
          delivery -> {
            System.out.println("attempt " + delivery.attempt() + " at " + delivery.text());
            dead.countDown();
            if (!open[0]) {
              throw new IllegalStateException("the bank is closed");
            }
            paid.countDown();
          });
      bus.publish(Message.of("orders", "OrderPlaced", "o-1"));

      dead.await(10, TimeUnit.SECONDS);
      DeadLetter letter = firstOf(bus);
      System.out.println("given up on: " + letter.failure().message());
      open[0] = true;
      System.out.println(bus.deadLetters("payments").redrive(Filter.error("bank")));

      if (!paid.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The redriven message was not handled");
      }
    }
  }

  /** The handler has thrown; the dead letter is written a moment later. */
  private static DeadLetter firstOf(Bus bus) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < deadline) {
      var page = bus.deadLetters("payments").list(Filter.all(), null, 1);
      if (!page.items().isEmpty()) {
        return page.items().get(0);
      }
      Thread.onSpinWait();
    }
    throw new IllegalStateException("There is no dead letter");
  }
}
