package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.PublishResult;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Published together with a result for each, and handled together with one statement for all. */
public final class Batches {
  private Batches() {}

  public static void main(String[] args) throws InterruptedException {
    CountDownLatch stored = new CountDownLatch(250);
    try (Bus bus = Embedded.bus().open()) {
      bus.subscribeBatch(
          Subscription.group("statistics").topics("clicks").batch(100, Duration.ofMillis(50)),
          batch -> {
            store(batch);
            batch.forEach(delivery -> stored.countDown());
          });
      List<Message> clicks =
          IntStream.range(0, 250)
              .mapToObj(n -> Message.of("clicks", "Clicked", "page " + n % 7))
              .toList();
      long published = bus.publishAll(clicks).stream().filter(PublishResult::published).count();
      System.out.println(published + " published");

      if (!stored.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Not everything was stored");
      }
    }
  }

  private static void store(List<Delivery> batch) {
    System.out.println("storing " + batch.size() + " clicks at once");
  }
}
