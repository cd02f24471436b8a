package io.postbus.benchmarks;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.smallrye.reactive.messaging.providers.connectors.ExecutionHolder;
import io.smallrye.reactive.messaging.rabbitmq.RabbitMQConnector;
import io.smallrye.reactive.messaging.rabbitmq.fault.RabbitMQReject;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.ConnectorLiteral;
import org.jspecify.annotations.Nullable;

/**
 * SmallRye Reactive Messaging: its RabbitMQ connector in the container that its own tests use,
 * Weld, with channels made while it runs rather than by annotated methods, which saves it the way
 * between the two. As its guide has it: {@code publish-confirms} with as many {@code
 * max-inflight-messages} as others have unconfirmed, {@code max-outstanding-messages} as others
 * prefetch, each message acknowledged after its handler, tracing off as nobody traces here.
 * Handlers run on the channel's event loop, as methods without {@code @Blocking} do. The connector
 * has no batches.
 */
final class SmallRyeRabbit implements Client {
  private final Map<String, SmallRyeChannel> channels = new ConcurrentHashMap<>();

  /** Makes exchanges and queues, which the connector does only when it begins to consume. */
  private final RawRabbit declaring;

  private final SeContainer container;
  private final InboundConnector inbound;
  private final OutboundConnector outbound;
  private final URI uri;

  SmallRyeRabbit(String uri) throws Exception {
    this.uri = URI.create(uri);
    this.declaring = new RawRabbit(uri, false);
    this.container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addBeanClasses(
                ExecutionHolder.class, RabbitMQConnector.class, RabbitMQReject.Factory.class)
            .initialize();
    RabbitMQConnector connector =
        container
            .select(RabbitMQConnector.class, ConnectorLiteral.of(RabbitMQConnector.CONNECTOR_NAME))
            .get();
    this.inbound = connector;
    this.outbound = connector;
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) throws Exception {
    declaring.declare(topic, groups, ordered);
  }

  @Override
  public void publish(Way way, Publication what) throws Exception {
    if (way == Way.BATCH) {
      throw new UnsupportedOperationException("it has no batches");
    }
    boolean rapid = way == Way.RAPID;
    what.by((topic, key, body) -> channel(topic, rapid).send(body));
    for (SmallRyeChannel channel : channels.values()) {
      channel.finish();
    }
  }

  private SmallRyeChannel channel(String topic, boolean rapid) {
    String name = topic + (rapid ? "-rapid" : "-confirmed");
    return channels.computeIfAbsent(name, n -> outgoing(n, topic, rapid));
  }

  private SmallRyeChannel outgoing(String name, String topic, boolean rapid) {
    SmallRyeChannel channel = new SmallRyeChannel(WINDOW, rapid);
    Map<String, Object> more =
        Map.of(
            "exchange.name", topic,
            "publish-confirms", !rapid,
            "max-inflight-messages", WINDOW);
    channel.subscribe(outbound.getSubscriber(config(name, more)));
    return channel;
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    Map<String, Object> more =
        Map.of(
            "exchange.name", topic,
            "queue.name", group,
            "queue.declare", false,
            "max-outstanding-messages", PREFETCH);
    // A channel of the same name takes the place of the one of the round before.
    Cancellable consuming =
        Multi.createFrom()
            .publisher(inbound.getPublisher(config(group, more)))
            .subscribe()
            .with(
                message -> handle(message, to),
                error -> System.err.println("SmallRye's channel ended: " + error));
    return consuming::cancel;
  }

  private static void handle(Message<?> message, Consumer<byte[]> to) {
    to.accept((byte[]) message.getPayload());
    var unused = message.ack();
  }

  private Config config(String channel, Map<String, Object> more) {
    Map<String, String> all = new HashMap<>();
    all.put("channel-name", channel);
    all.put("host", uri.getHost());
    all.put("port", Integer.toString(uri.getPort()));
    String[] user = user(uri.getUserInfo());
    all.put("username", user[0]);
    all.put("password", user[1]);
    all.put("exchange.declare", "false");
    all.put("tracing.enabled", "false");
    more.forEach((name, value) -> all.put(name, value.toString()));
    return new SmallRyeConfigBuilder()
        .withSources(new PropertiesConfigSource(all, "channel " + channel, 100))
        .build();
  }

  private static String[] user(@Nullable String info) {
    return (info == null ? "guest:guest" : info).split(":", 2);
  }

  @Override
  public void close() throws Exception {
    channels.values().forEach(SmallRyeChannel::complete);
    try (declaring) {
      container.close();
    }
  }
}
