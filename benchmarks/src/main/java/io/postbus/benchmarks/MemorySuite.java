package io.postbus.benchmarks;

import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.KafkaOptions;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RedisBroker;
import java.time.Duration;
import java.util.List;

/**
 * What a million messages leave in a heap of 128 MB and take of the machine, published and consumed
 * at once: each contestant in a JVM of its own, on each broker; Postbus first. A heap that grows is
 * a failure.
 */
final class MemorySuite implements Suite {
  private static final int MESSAGES = 1_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** Nobody is quicker. */
  private static final Duration LEAST = Duration.ofSeconds(15);

  /** Collections leave a little more or less each time; a leak of 12 bytes a message is above. */
  private static final double GROWTH_MEGABYTES = 4;

  @Override
  public void run(Options options, Results results, Duration time) throws Exception {
    Part part = new Part(options, results, new TimeLeft(time, 1));
    try (RabbitBroker rabbit = RabbitBroker.open();
        KafkaBroker kafka = KafkaBroker.open(KafkaOptions.defaults().optimised());
        RedisBroker redis = RedisBroker.open()) {
      String amqp = rabbit.uri().toString();
      String streams = redis.uri().toString();
      part.run("memory", MemoryRun.Who.MEMORY, "");
      part.run("rabbitmq", MemoryRun.Who.RABBIT, amqp);
      part.run("kafka", MemoryRun.Who.KAFKA, kafka.servers());
      part.run("redis-stream", MemoryRun.Who.REDIS, streams);
      part.runIfThereIsTime("rabbitmq", MemoryRun.Who.AMQP_CLIENT, amqp);
      part.runIfThereIsTime("kafka", MemoryRun.Who.KAFKA_CLIENTS, kafka.servers());
      part.runIfThereIsTime("redis-stream", MemoryRun.Who.JEDIS, streams);
      part.runIfThereIsTime("rabbitmq", MemoryRun.Who.SPRING_AMQP, amqp);
    }
  }

  /** One broker after the other, into the same results. */
  private record Part(Options options, Results results, TimeLeft time) {
    /** Others are for comparison, and a machine that is busy may have no time for that. */
    void runIfThereIsTime(String driver, MemoryRun.Who who, String at) throws InterruptedException {
      if (time.all().compareTo(LEAST) > 0) {
        run(driver, who, at);
      } else {
        System.err.println("memory " + driver + ": no time for " + who.title());
      }
    }

    void run(String driver, MemoryRun.Who who, String at) throws InterruptedException {
      if (!options.takesPart(who.title()) || !options.includes(driver)) {
        return;
      }
      long begin = System.nanoTime();
      try {
        measure(driver, who, at);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        System.err.println("memory " + driver + ": " + who.title() + " failed: " + e);
        results.add(Failure.of("memory " + driver, who.title(), 0, e));
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.err.printf("memory %-12s %-20s %5.1f s%n", driver, who.title(), seconds);
    }

    private void measure(String driver, MemoryRun.Who who, String at) throws Exception {
      int messages = options.get("messages", MESSAGES);
      MemoryLines lines = new MemoryLines();
      int code =
          Jvm.run(
              LIMIT,
              List.of("-Xmx128m"),
              MemoryRun.class,
              List.of(who.name(), at, Integer.toString(messages)),
              lines);
      if (code != 0) {
        throw new IllegalStateException("its process ended with " + code);
      }
      String title = "memory " + driver + ": ";
      List<Double> heaps = lines.heaps();
      for (int look = 0; look < heaps.size(); look++) {
        String name = title + "heap after a collection";
        results.add(name, "MB", who.title(), who.baseline(), look, heaps.get(look));
      }
      String name = title + "peak of the resident set";
      results.add(name, "MB", who.title(), who.baseline(), 0, lines.resident());
      // By the second look buffers have filled.
      double growth = heaps.get(heaps.size() - 1) - heaps.get(1);
      if (growth > GROWTH_MEGABYTES) {
        throw new IllegalStateException("the heap grows: " + heaps + " MB");
      }
    }
  }
}
