package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A message that the broker loses, and that is handled all the same. */
public final class Guaranteed {
  private Guaranteed() {}

  public static void main(String[] args) throws InterruptedException {
    CountDownLatch handled = new CountDownLatch(1);
    Subscription billing = Subscription.group("billing").topics("orders");
    try (Bus bus = Embedded.bus().open()) {
      // The group exists from now on; nobody is at work.
      bus.subscribe(billing, delivery -> {}).close();
      bus.publish(
          Message.of("orders", "Placed", "o-1"),
          Publish.guaranteed().ackWithin(Duration.ofMillis(300)));
      System.out.println("messages that the broker loses: " + bus.groups().purge("billing"));

      bus.subscribe(
          billing,
          delivery -> {
            System.out.println("billing " + delivery.text());
            handled.countDown();
          });
      if (!handled.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("It was lost");
      }
    }
  }
}
