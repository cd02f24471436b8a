package io.postbus.testbrokers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RabbitBrokerIT extends BrokerContract<RabbitBroker> {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String QUEUE = "durable";

  @Override
  RabbitBroker open() {
    return RabbitBroker.open();
  }

  @Override
  RabbitBroker shared() {
    return RabbitBroker.shared();
  }

  /** As a persistent message in a durable queue. */
  @Override
  void write(RabbitBroker broker, InetSocketAddress by, String text) throws Exception {
    try (Connection connection = connect(broker.uri(by))) {
      Channel channel = connection.createChannel();
      channel.queueDeclare(QUEUE, true, false, false, null);
      channel.queuePurge(QUEUE);
      channel.confirmSelect();
      channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, text.getBytes(UTF_8));
      channel.waitForConfirmsOrDie(LIMIT.toMillis());
    }
  }

  @Override
  String read(RabbitBroker broker, InetSocketAddress by) throws Exception {
    try (Connection connection = connect(broker.uri(by))) {
      Channel channel = connection.createChannel();
      channel.queueDeclare(QUEUE, true, false, false, null);
      GetResponse response = channel.basicGet(QUEUE, false);
      return response == null ? "" : new String(response.getBody(), UTF_8);
    }
  }

  @Test
  void stopsInOrder() throws Exception {
    CompletableFuture<String> reason = downOf(connect(broker.uri()));
    broker.stop();
    assertThat(reason.get(10, TimeUnit.SECONDS)).contains("CONNECTION_FORCED");
  }

  @Test
  void diesWithoutAWord() throws Exception {
    CompletableFuture<String> reason = downOf(connect(broker.uri()));
    broker.kill();
    assertThat(reason.get(10, TimeUnit.SECONDS)).doesNotContain("CONNECTION_FORCED");
  }

  @Test
  void memoryAlarmBlocksPublishersUntilCleared() throws Exception {
    try (Connection connection = connect(broker.uri())) {
      CountDownLatch blocked = new CountDownLatch(1);
      CountDownLatch unblocked = new CountDownLatch(1);
      connection.addBlockedListener(reason -> blocked.countDown(), unblocked::countDown);
      Channel channel = connection.createChannel();
      channel.confirmSelect();
      broker.raiseMemoryAlarm();
      try {
        // The first is still taken: it is what makes the broker block the connection.
        channel.basicPublish("", "anywhere", null, new byte[0]);
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        channel.basicPublish("", "anywhere", null, new byte[0]);
        assertThatThrownBy(() -> channel.waitForConfirms(500)).isInstanceOf(TimeoutException.class);
      } finally {
        broker.clearMemoryAlarm();
      }
      assertThat(unblocked.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(channel.waitForConfirms(10_000)).isTrue();
    }
  }

  @Test
  void rabbitmqctlTalksToThisBroker() {
    assertThat(broker.rabbitmqctl("status")).contains("RabbitMQ version");
    assertThatThrownBy(() -> broker.rabbitmqctl("no_such_command"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no_such_command");
  }

  /** Erlang's port directory serves a whole machine and goes on when its nodes have gone. */
  @Test
  void noEpmdOutlivesIt() {
    String home;
    String host;
    try (RabbitBroker other = open()) {
      other.rabbitmqctl("eval", "rabbit_nodes:ensure_epmd().");
      home = other.rabbitmqctl("eval", "os:getenv(\"HOME\", \"\").").replace("\"", "").strip();
      host = other.rabbitmqctl("eval", "os:getenv(\"HOSTNAME\", \"\").").replace("\"", "").strip();
    }
    assertThat(home).isNotBlank();
    assertThat(ProcessHandle.allProcesses())
        .filteredOn(process -> process.info().command().orElse("").endsWith("/epmd"))
        .extracting(RabbitBrokerIT::environment)
        .noneMatch(environment -> environment.contains(home) && environment.contains(host));
  }

  private static String environment(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(process.pid()), "environ"), ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void vhostsAreApart() throws Exception {
    broker.createVhost("two/with slash");
    try (Connection two = connect(broker.uri("two/with slash"));
        Connection one = connect(broker.uri())) {
      two.createChannel().queueDeclare("only-in-two", false, false, false, null);
      Channel channel = one.createChannel();
      assertThatThrownBy(() -> channel.queueDeclarePassive("only-in-two"))
          .cause()
          .hasMessageContaining("NOT_FOUND - no queue 'only-in-two' in vhost '/'");
    }
  }

  private static CompletableFuture<String> downOf(Connection connection) {
    CompletableFuture<String> reason = new CompletableFuture<>();
    connection.addShutdownListener(cause -> reason.complete(cause + " by " + cause.getCause()));
    return reason;
  }

  static Connection connect(URI uri) throws Exception {
    return factory(uri).newConnection();
  }

  static ConnectionFactory factory(URI uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    return factory;
  }
}
