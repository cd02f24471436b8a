package io.postbus.faults.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.postbus.Bus;
import io.postbus.Filter;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.runtime.bus.BusSetup;
import io.postbus.spi.Backlog;
import io.postbus.spi.Order;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Messages of programs that know nothing of Postbus and little of AMQP: each is handled or ends as
 * a dead letter, and the consumer goes on.
 */
class ForeignFuzzIT {
  private static final int MESSAGES = 600;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final AtomicInteger handled = new AtomicInteger();
  private final AtomicInteger good = new AtomicInteger();

  @Test
  void noMessageStopsAConsumer() throws Exception {
    RabbitBroker broker = RabbitBroker.shared();
    try (Bus bus = open(broker)) {
      Subscription subscription =
          Subscription.group("odd.group")
              .topics("odd.topic")
              .order(Order.KEY)
              .retry(RetrySchedule.NONE);
      var consuming =
          bus.subscribe(
              subscription,
              d -> {
                (d.message().type().equals("good") ? good : handled).incrementAndGet();
              });
      publish(broker);
      bus.publish(Message.of("odd.topic", "good", "x"));

      Eventually.within(LIMIT).until("the good one is handled", () -> good.get() == 1);
      Eventually.within(LIMIT)
          .until("nothing is left", () -> left(bus.groups().backlog("odd.group")) == 0);
      // The rest says that it has expired.
      long ended = handled.get() + bus.deadLetters("odd.group").count(Filter.all());
      assertThat(ended).isBetween(MESSAGES * 8L / 10, (long) MESSAGES);
      assertThat(consuming.health().state()).isEqualTo(State.RUNNING);
      assertThat(consuming.health().detail()).isEmpty();
    }
  }

  private static long left(Backlog backlog) {
    return backlog.ready() + backlog.unsettled().orElse(0);
  }

  private static Bus open(RabbitBroker broker) {
    return new BusSetup()
        .isolated()
        .set("driver", "rabbitmq")
        .set("drivers.rabbitmq.uris", List.of(broker.uri().toString()))
        .set("store.type", "memory")
        .set("store.accept-weaker", true)
        .open();
  }

  private static void publish(RabbitBroker broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    OddTables odd = new OddTables(1);
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      for (int i = 0; i < MESSAGES; i++) {
        channel.basicPublish("odd.topic", "key " + i % 5, odd.properties(), odd.body());
      }
      channel.waitForConfirmsOrDie(LIMIT.toMillis());
    }
  }
}
