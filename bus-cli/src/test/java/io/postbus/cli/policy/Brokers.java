package io.postbus.cli.policy;

import io.postbus.driver.kafka.KafkaProvider;
import io.postbus.driver.rabbitmq.RabbitProvider;
import io.postbus.driver.redisstream.RedisStreamProvider;
import io.postbus.spi.DriverProvider;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RedisBroker;
import java.util.List;
import java.util.Map;

/** The brokers that nodes share, and how a driver reaches them. */
enum Brokers {
  RABBITMQ {
    @Override
    DriverProvider provider() {
      return new RabbitProvider();
    }

    @Override
    Map<String, Object> settings() {
      return Map.of("drivers.rabbitmq.uris", List.of(RabbitBroker.shared().uri().toString()));
    }
  },
  KAFKA {
    @Override
    DriverProvider provider() {
      return new KafkaProvider();
    }

    @Override
    Map<String, Object> settings() {
      return Map.of(
          "drivers.kafka.servers",
          List.of(KafkaBroker.shared().servers()),
          "drivers.kafka.partitions",
          4);
    }
  },
  REDIS_STREAM {
    @Override
    DriverProvider provider() {
      return new RedisStreamProvider();
    }

    @Override
    Map<String, Object> settings() {
      return Map.of("drivers.redis-stream.uris", List.of(RedisBroker.shared().uri().toString()));
    }
  };

  abstract DriverProvider provider();

  /** Of a bus, but for the driver's name. */
  abstract Map<String, Object> settings();
}
