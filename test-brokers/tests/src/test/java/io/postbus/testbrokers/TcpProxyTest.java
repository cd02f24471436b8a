package io.postbus.testbrokers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.testbrokers.TcpProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int QUIET_MS = 300;

  private EchoServer echo;
  private TcpProxy proxy;

  @BeforeEach
  void open() throws IOException {
    echo = new EchoServer();
    proxy = TcpProxy.to(echo.endpoint());
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void forwardsBothWaysAndCounts() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, "hello")).isEqualTo("hello");
      assertThat(proxy.connections()).isEqualTo(1);
    }
    try (Socket client = connect()) {
      assertThat(echoed(client, "again")).isEqualTo("again");
    }
    assertThat(proxy.accepted()).isEqualTo(2);
    Eventually.within(
        LIMIT,
        "all bytes are counted",
        () -> proxy.bytes(Direction.TO_TARGET) == 10 && proxy.bytes(Direction.TO_CLIENT) == 10);
    Eventually.within(LIMIT, "both are gone", () -> proxy.connections() == 0);
  }

  @Test
  void passesMuchOnUnchangedForDozensAtOnce() throws Exception {
    byte[] data = new byte[3_000_000];
    new Random(1).nextBytes(data);
    List<FutureTask<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Socket client = connect();
      FutureTask<byte[]> answer =
          new FutureTask<>(() -> client.getInputStream().readNBytes(data.length));
      answers.add(answer);
      EchoServer.daemon(Executors.callable(answer));
      EchoServer.daemon(
          () -> {
            client.getOutputStream().write(data);
            return client;
          });
    }
    for (FutureTask<byte[]> answer : answers) {
      assertThat(Arrays.equals(answer.get(30, TimeUnit.SECONDS), data)).isTrue();
    }
  }

  @Test
  void passesTheEndOfOneSideOnAndKeepsTheOtherOpen() throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write("last words".getBytes(UTF_8));
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("last words");
    }
    Eventually.within(LIMIT, "the link is gone", () -> proxy.connections() == 0);
    Eventually.within(LIMIT, "the target saw the end", () -> echo.connections() == 0);
  }

  @Test
  void cutResetsBothSidesAndLetsNewConnectionsIn() throws IOException {
    try (Socket client = connect()) {
      echoed(client, "x");
      proxy.cut();
      assertThat(proxy.connections()).isZero();
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      Eventually.within(LIMIT, "the target saw a reset", () -> echo.resets() == 1);
    }
    try (Socket client = connect()) {
      assertThat(echoed(client, "back")).isEqualTo("back");
    }
  }

  @Test
  void refusesNewConnectionsUntilResumed() throws IOException {
    try (Socket old = connect()) {
      echoed(old, "x");
      proxy.refuse();
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      assertThat(echoed(old, "still here")).isEqualTo("still here");
      proxy.resume();
      try (Socket client = connect()) {
        assertThat(echoed(client, "back")).isEqualTo("back");
      }
    }
  }

  @Test
  void resetsTheClientWhenNobodyListensAtTheTarget() throws IOException {
    try (TcpProxy nowhere =
            TcpProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.take()));
        Socket client = new Socket()) {
      client.connect(nowhere.endpoint());
      client.setSoTimeout((int) LIMIT.toMillis());
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
      Eventually.within(LIMIT, "the link is gone", () -> nowhere.connections() == 0);
    }
  }

  @Test
  void stallKeepsConnectionsOpenWithoutABytePassing() throws IOException {
    try (Socket client = connect()) {
      echoed(client, "x");
      proxy.stall();
      client.getOutputStream().write("held".getBytes(UTF_8));
      assertQuiet(client);
      assertThat(proxy.connections()).isEqualTo(1);
      assertThat(echo.connections()).isEqualTo(1);
      assertThat(echo.received()).isEqualTo(1);
      proxy.resume();
      assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("held");
    }
  }

  @Test
  void stallHidesThatTheOtherSideHasGone() throws IOException {
    try (Socket client = connect()) {
      echoed(client, "x");
      proxy.stall();
      echo.closeConnections();
      assertQuiet(client);
      proxy.resume();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void acceptsNewConnectionsThatHangWhileStalled() throws IOException {
    proxy.stall();
    try (Socket client = connect()) {
      client.getOutputStream().write("held".getBytes(UTF_8));
      assertQuiet(client);
      proxy.resume();
      assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("held");
    }
  }

  @Test
  void stallsOneDirectionAlone() throws IOException {
    try (Socket client = connect()) {
      echoed(client, "x");
      proxy.stall(Direction.TO_CLIENT);
      client.getOutputStream().write("there".getBytes(UTF_8));
      Eventually.within(LIMIT, "it arrives at the target", () -> echo.received() == 6);
      assertQuiet(client);
      proxy.resume();
      assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("there");

      proxy.stall(Direction.TO_TARGET);
      client.getOutputStream().write("held".getBytes(UTF_8));
      echo.sendToAll("news".getBytes(UTF_8));
      assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("news");
      assertThat(echo.received()).isEqualTo(6);
    }
  }

  @Test
  void holdsTheWriterUpInsteadOfBuffering() throws IOException {
    proxy.stall();
    try (SocketChannel client = SocketChannel.open(proxy.endpoint())) {
      client.configureBlocking(false);
      long taken = writeUntilQuiet(client);
      assertThat(taken).isLessThan(64L * 1024 * 1024);
      assertThat(client.write(ByteBuffer.allocate(1024))).isZero();
    }
  }

  @Test
  void delaysEachDirectionWithoutSlowingTheLine() throws IOException {
    try (Socket client = connect()) {
      echoed(client, "x");
      proxy.delay(Duration.ofMillis(200));
      long begin = System.nanoTime();
      for (int i = 0; i < 10; i++) {
        client.getOutputStream().write(new byte[1000]);
        client.getOutputStream().flush();
      }
      client.getInputStream().readNBytes(10_000);
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(400), Duration.ofMillis(1_900));
    }
  }

  @Test
  void limitsBandwidthOverAllConnections() throws Exception {
    try (Socket one = connect();
        Socket two = connect()) {
      echoed(one, "x");
      echoed(two, "x");
      proxy.limit(200_000);
      long begin = System.nanoTime();
      one.getOutputStream().write(new byte[100_000]);
      two.getOutputStream().write(new byte[100_000]);
      assertThat(one.getInputStream().readNBytes(100_000)).hasSize(100_000);
      assertThat(two.getInputStream().readNBytes(100_000)).hasSize(100_000);
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(900), Duration.ofMillis(2_500));
    }
  }

  @Test
  void closeResetsConnectionsFreesThePortAndMayBeRepeated() throws Exception {
    try (Socket client = connect()) {
      echoed(client, "x");
      proxy.close();
      proxy.close();
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    assertThatThrownBy(proxy::cut).isInstanceOf(IllegalStateException.class);
    Eventually.within(
        LIMIT,
        "its thread is gone",
        () -> Thread.getAllStackTraces().keySet().stream().noneMatch(this::ofThisProxy));
  }

  private boolean ofThisProxy(Thread thread) {
    return thread.getName().equals("tcp-proxy " + proxy.endpoint().getPort());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout((int) LIMIT.toMillis());
    socket.setTcpNoDelay(true);
    socket.connect(proxy.endpoint(), (int) LIMIT.toMillis());
    return socket;
  }

  private static String echoed(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(UTF_8));
    return new String(client.getInputStream().readNBytes(text.length()), UTF_8);
  }

  private static void assertQuiet(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    client.setSoTimeout(QUIET_MS);
    assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout((int) LIMIT.toMillis());
  }

  /** Writes until the socket has taken nothing for a while. */
  private static long writeUntilQuiet(SocketChannel client) {
    ByteBuffer data = ByteBuffer.allocate(1024 * 1024);
    long[] taken = new long[1];
    int[] quiet = new int[1];
    Eventually.within(
        LIMIT,
        "the socket takes no more",
        () -> {
          int count = client.write(data.clear());
          taken[0] += count;
          quiet[0] = count == 0 ? quiet[0] + 1 : 0;
          return quiet[0] == 10;
        });
    return taken[0];
  }
}
