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
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RabbitBrokerIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String QUEUE = "durable";

  private static RabbitBroker broker;

  @BeforeAll
  static void open() {
    broker = RabbitBroker.open();
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @BeforeEach
  void running() {
    broker.start();
  }

  @Test
  void killAndStartKeepPortAndPersistentMessages() throws Exception {
    URI uri = broker.uri();
    publish("kept over kill");
    broker.kill();
    assertThat(broker.running()).isFalse();
    assertThatThrownBy(() -> connect(uri)).isInstanceOf(ConnectException.class);
    broker.start();
    assertThat(broker.uri()).isEqualTo(uri);
    assertThat(taken()).isEqualTo("kept over kill");
  }

  @Test
  void restartStopsInOrderAndKeepsPersistentMessages() throws Exception {
    publish("kept over restart");
    CompletableFuture<String> reason = downOf(connect(broker.uri()));
    broker.restart();
    assertThat(reason.get(10, TimeUnit.SECONDS)).contains("CONNECTION_FORCED");
    assertThat(taken()).isEqualTo("kept over restart");
  }

  @Test
  void wipeLosesEverything() throws Exception {
    publish("lost");
    broker.wipe();
    assertThat(broker.running()).isFalse();
    broker.start();
    try (Connection connection = connect(broker.uri())) {
      Channel channel = connection.createChannel();
      assertThatThrownBy(() -> channel.queueDeclarePassive(QUEUE))
          .hasRootCauseMessage(notFound(QUEUE));
    }
  }

  @Test
  void pauseFreezesAndResumeGoesOn() throws Exception {
    try (Connection connection = connect(broker.uri())) {
      Channel channel = connection.createChannel();
      broker.pause();
      assertThat(broker.running()).isTrue();
      assertThatThrownBy(channel::queueDeclare).isInstanceOf(IOException.class);
      broker.resume();
      try (Connection again = connect(broker.uri())) {
        assertThat(again.createChannel().queueDeclare().getQueue()).isNotEmpty();
      }
    }
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

  @Test
  void needsNoEpmdWhichWouldOutliveIt() {
    broker.rabbitmqctl("eval", "rabbit_nodes:ensure_epmd().");
    String home = broker.rabbitmqctl("eval", "os:getenv(\"HOME\").").replace("\"", "").strip();
    assertThat(home).isNotBlank();
    assertThat(ProcessHandle.allProcesses())
        .filteredOn(process -> process.info().command().orElse("").endsWith("/epmd"))
        .noneMatch(process -> environment(process).contains(home));
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
          .hasRootCauseMessage(notFound("only-in-two"));
    }
  }

  @Test
  void brokersAreApart() throws Exception {
    publish("of the first");
    try (RabbitBroker other = RabbitBroker.open();
        Connection connection = connect(other.uri())) {
      assertThat(other.endpoint()).isNotEqualTo(broker.endpoint());
      Channel channel = connection.createChannel();
      assertThatThrownBy(() -> channel.queueDeclarePassive(QUEUE))
          .hasRootCauseMessage(notFound(QUEUE));
    }
    assertThat(taken()).isEqualTo("of the first");
  }

  @Test
  void theSharedOneIsOneAndOutlivesClose() throws Exception {
    RabbitBroker shared = RabbitBroker.shared();
    shared.close();
    assertThat(RabbitBroker.shared()).isSameAs(shared);
    connect(shared.uri()).close();
    shared.kill();
    connect(RabbitBroker.shared().uri()).close();
  }

  @Test
  void aProxyStandsBetween() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(broker.endpoint())) {
      CompletableFuture<String> reason = downOf(connect(broker.uri(proxy.endpoint())));
      assertThat(proxy.connections()).isEqualTo(1);
      proxy.cut();
      assertThat(reason.get(10, TimeUnit.SECONDS)).contains("reset");
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
    factory.setChannelRpcTimeout(2_000);
    return factory;
  }

  private static void publish(String text) throws Exception {
    try (Connection connection = connect(broker.uri())) {
      Channel channel = connection.createChannel();
      channel.queueDeclare(QUEUE, true, false, false, null);
      channel.queuePurge(QUEUE);
      channel.confirmSelect();
      channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, text.getBytes(UTF_8));
      channel.waitForConfirmsOrDie(LIMIT.toMillis());
    }
  }

  private static String taken() throws Exception {
    try (Connection connection = connect(broker.uri())) {
      GetResponse response = connection.createChannel().basicGet(QUEUE, true);
      return new String(response.getBody(), UTF_8);
    }
  }

  private static String notFound(String queue) {
    return "channel error; protocol method: #method<channel.close>(reply-code=404, reply-text="
        + ("NOT_FOUND - no queue '" + queue + "' in vhost '/', class-id=50, method-id=10)");
  }
}
