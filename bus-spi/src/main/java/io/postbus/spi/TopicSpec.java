package io.postbus.spi;

import io.postbus.message.Names;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the configuration says of a topic. A broker without partitions, replicas or retention has no
 * use for these figures and leaves them aside.
 */
public record TopicSpec(
    String name, OptionalInt partitions, OptionalInt replication, Optional<Duration> retention) {
  public TopicSpec {
    Names.topic(name);
  }

  /** The topic with the broker's own defaults. */
  public static TopicSpec of(String name) {
    return new TopicSpec(name, OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
  }
}
