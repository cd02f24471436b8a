package io.postbus.runtime.consume;

import io.postbus.Interceptor;
import io.postbus.message.Message;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Driver;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Producer;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;

/**
 * What one subscription works with. Everything in it is thread-safe and outlives the subscription.
 *
 * @param producer confirmed, on the same driver: for what goes back to the broker itself, which is
 *     dead letters and retries where the store is not trusted
 * @param topics how the subscription's topics are declared, one for each
 * @param mapping applied to every message that another program wrote, before all else; what it
 *     throws makes the message a dead letter
 * @param mapsTypes whether types come out of the mapping, so that no broker can filter by them
 * @param interceptors around every attempt, the first is the outermost
 * @param grace how long {@link io.postbus.Consuming#close()} lets handlers finish
 * @param random from 0 to 1, for the jitter of delays; 0.5 is no deviation
 */
public record ConsumeContext(
    Driver driver,
    Producer producer,
    GroupRegistry groups,
    List<TopicSpec> topics,
    Waiting waiting,
    Once once,
    Timeline timeline,
    Decoder decoder,
    UnaryOperator<Message> mapping,
    boolean mapsTypes,
    List<Interceptor> interceptors,
    Observer observer,
    Duration grace,
    DoubleSupplier random) {
  public ConsumeContext {
    topics = List.copyOf(topics);
    interceptors = List.copyOf(interceptors);
  }
}
