package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A reminder that is sent later, and one that is cancelled before it is due. */
public final class DelayAndCancel {
  private DelayAndCancel() {}

  public static void main(String[] args) throws InterruptedException {
    CountDownLatch reminded = new CountDownLatch(1);
    try (Bus bus = Embedded.bus().open()) {
      bus.subscribe(
          Subscription.group("reminders").topics("orders"),
          delivery -> {
            System.out.println("reminding of " + delivery.text());
            reminded.countDown();
          });
      Duration soon = Duration.ofMillis(500);
      bus.publish(Message.of("orders", "Unpaid", "o-1"), Publish.after(soon).handle("order:o-1"));
      bus.publish(Message.of("orders", "Unpaid", "o-2"), Publish.after(soon).handle("order:o-2"));

      System.out.println("o-1 is paid: " + bus.delayed().cancel("order:o-1"));
      System.out.println("once more: " + bus.delayed().cancel("order:o-1"));

      if (!reminded.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Nobody was reminded");
      }
    }
  }
}
