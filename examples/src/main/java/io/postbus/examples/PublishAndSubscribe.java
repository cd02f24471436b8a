package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.Handlers;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Two groups, each of which gets every event that its filter wants, decoded from JSON. */
public final class PublishAndSubscribe {
  private PublishAndSubscribe() {}

  /** An event. */
  public record OrderPlaced(String order, int amount) {}

  public static void main(String[] args) throws InterruptedException {
    CountDownLatch handled = new CountDownLatch(3);
    try (Bus bus = Embedded.bus().open()) {
      bus.subscribe(
          Subscription.group("billing").topics("orders").events("OrderPlaced"),
          Handlers.on(
              "OrderPlaced",
              OrderPlaced.class,
              (order, delivery) -> {
                System.out.println("billing: " + order.amount() + " for " + order.order());
                handled.countDown();
              }));
      bus.subscribe(
          Subscription.group("audit").topics("orders"),
          delivery -> {
            System.out.println("audit: " + delivery.message().type() + " " + delivery.text());
            handled.countDown();
          });

      bus.publish(Message.of("orders", "OrderPlaced", new OrderPlaced("o-1", 120)).key("o-1"));
      bus.publish(Message.of("orders", "OrderPaid", "paid by card").key("o-1"));

      if (!handled.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Not everything was handled");
      }
    }
  }
}
