package io.postbus.testbrokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What every broker does alike, seen with its own client. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class BrokerContract<B extends Broker> {
  private static final Duration FROZEN = Duration.ofMillis(500);

  B broker;

  abstract B open();

  abstract B shared();

  /** Stores a text durably, in place of the one that was there, through this address. */
  abstract void write(B broker, InetSocketAddress by, String text) throws Exception;

  /** The text that was stored; empty if there is none. */
  abstract String read(B broker, InetSocketAddress by) throws Exception;

  /** Whether it runs in a container. */
  boolean contained() {
    return DockerEngine.chosen();
  }

  final void write(String text) throws Exception {
    write(broker, broker.endpoint(), text);
  }

  final String read(B from) throws Exception {
    return read(from, from.endpoint());
  }

  @BeforeAll
  void openBroker() {
    broker = open();
  }

  @AfterAll
  void closeBroker() {
    broker.close();
    broker.close();
    assertThat(broker.running()).isFalse();
    assertThatThrownBy(broker::start).hasMessageContaining("closed");
  }

  @BeforeEach
  void start() {
    broker.start();
  }

  @Test
  void killAndStartKeepAddressAndData() throws Exception {
    InetSocketAddress endpoint = broker.endpoint();
    String text = UUID.randomUUID().toString();
    write(text);
    broker.kill();
    assertThat(broker.running()).isFalse();
    assertThatThrownBy(() -> new Socket(endpoint.getAddress(), endpoint.getPort()).close())
        .isInstanceOf(ConnectException.class);
    broker.kill();
    broker.start();
    assertThat(broker.running()).isTrue();
    assertThat(broker.endpoint()).isEqualTo(endpoint);
    assertThat(read(broker)).isEqualTo(text);
  }

  @Test
  void stopAndStartKeepData() throws Exception {
    String text = UUID.randomUUID().toString();
    write(text);
    broker.stop();
    assertThat(broker.running()).isFalse();
    broker.stop();
    broker.restart();
    broker.restart();
    assertThat(read(broker)).isEqualTo(text);
  }

  @Test
  void wipeLosesEverything() throws Exception {
    write("lost");
    broker.wipe();
    assertThat(broker.running()).isFalse();
    broker.start();
    assertThat(read(broker)).isEmpty();
  }

  @Test
  void pauseFreezesAndResumeGoesOn() throws Exception {
    write("before");
    FutureTask<String> answer = new FutureTask<>(() -> read(broker));
    broker.pause();
    try {
      assertThat(broker.running()).isTrue();
      EchoServer.daemon(Executors.callable(answer));
      assertThatThrownBy(() -> answer.get(FROZEN.toMillis(), TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
    } finally {
      broker.resume();
    }
    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("before");
  }

  @Test
  void aPausedOneStopsAndDies() {
    broker.pause();
    broker.stop();
    broker.start();
    broker.pause();
    broker.kill();
    assertThat(broker.running()).isFalse();
    assertThatThrownBy(broker::pause).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesNoProcessBehindWhenClosed() {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    B other = open();
    List<ProcessHandle> its =
        ProcessHandle.current().descendants().filter(p -> !before.contains(p)).toList();
    assertThat(its.isEmpty()).isEqualTo(contained());
    other.close();
    assertThat(its).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void brokersAreApart() throws Exception {
    write("of the first");
    try (B other = open()) {
      assertThat(other.endpoint()).isNotEqualTo(broker.endpoint());
      assertThat(read(other)).isEmpty();
      write(other, other.endpoint(), "of the other");
    }
    assertThat(read(broker)).isEqualTo("of the first");
  }

  @Test
  void theSharedOneIsOneAndOutlivesClose() throws Exception {
    B shared = shared();
    write(shared, shared.endpoint(), "shared");
    shared.close();
    assertThat(shared()).isSameAs(shared);
    assertThat(read(shared)).isEqualTo("shared");
    shared.kill();
    assertThat(read(shared())).isEqualTo("shared");
  }

  @Test
  void aProxyStandsBetween() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(broker.endpoint())) {
      write(broker, proxy.endpoint(), "by proxy");
      assertThat(read(broker, proxy.endpoint())).isEqualTo("by proxy");
      assertThat(proxy.accepted()).isPositive();
    }
  }

  @Test
  void saysWhatItIs() {
    assertThat(broker).asString().startsWith(broker.name() + " at ");
    assertThat(Stream.of(broker.log().split("\n"))).hasSizeGreaterThan(1);
  }
}
