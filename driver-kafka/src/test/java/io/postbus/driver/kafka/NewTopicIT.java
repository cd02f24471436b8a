package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Driver;
import io.postbus.spi.Producer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A topic can be published to, as fast as it goes, once it is declared: none of a partition's first
 * batches is refused while a later one is taken, which would be out of order then.
 */
class NewTopicIT {
  private static final int TOPICS = 8;
  private static final int PARTITIONS = 48;
  private static final int MESSAGES = 20_000;
  private static final int SECONDS = 10;

  @Test
  @Timeout(120)
  void whatIsPublishedAtOnceIsConfirmedAtOnce() throws Exception {
    try (Scene scene = new Scene()) {
      Driver driver = scene.driver();
      Producer producer = Scene.producer(driver);
      for (int t = 0; t < TOPICS; t++) {
        String name = "new-" + t;
        driver.topology().declare(Scene.topic(name, PARTITIONS, null));
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int n = 0; n < MESSAGES; n++) {
          Message message = Message.builder(name, "Type").key("" + n).body(new byte[200]).build();
          sent.add(producer.send(Destination.topic(name), message).toCompletableFuture());
        }
        assertThat(CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)))
            .as("all that was published to topic " + t)
            .succeedsWithin(SECONDS, TimeUnit.SECONDS);
      }
    }
  }
}
