package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.Order;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Eight handlers at a time, and the messages of one key still one after the other, in order. */
public final class OrderPerKey {
  private OrderPerKey() {}

  public static void main(String[] args) throws InterruptedException {
    Map<String, List<String>> seen = new ConcurrentHashMap<>();
    CountDownLatch handled = new CountDownLatch(40);
    try (Bus bus = Embedded.bus().open()) {
      bus.subscribe(
          Subscription.group("accounts").topics("transfers").concurrency(8).order(Order.KEY),
          delivery -> {
            String key = String.valueOf(delivery.message().key());
            seen.computeIfAbsent(key, k -> new CopyOnWriteArrayList<>()).add(delivery.text());
            handled.countDown();
          });
      for (int n = 0; n < 40; n++) {
        bus.publish(Message.of("transfers", "Moved", Integer.toString(n)).key("account-" + n % 4));
      }
      if (!handled.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Not everything was handled");
      }
      seen.forEach((key, numbers) -> System.out.println(key + " " + numbers));
    }
  }
}
