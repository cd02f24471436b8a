package io.postbus.driver.redisstream;

import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A process that takes messages, says so, and handles none. */
final class Hoarder {
  private Hoarder() {}

  /**
   * Runs until it is killed or its input ends.
   *
   * @param arguments the address, how long others wait to claim, the topic, how many to take, a
   *     file to write that in
   */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[3]);
    Map<String, Object> access = Map.of("uris", arguments[0], "claim-after", arguments[1]);
    try (Scene scene = new Scene(access)) {
      Driver driver = scene.driver("hoarder", Map.of());
      Group group = Scene.declared(driver, "group", Order.NONE, arguments[2]);
      Consumer consumer = Scene.consumer(driver, group, count);
      Scene.receive(consumer, count);
      Files.writeString(Path.of(arguments[4]), "holds " + count);
      while (System.in.read() >= 0) {
        consumer.wakeup();
      }
    }
  }
}
