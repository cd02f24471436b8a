package io.postbus.runtime.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.postbus.message.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpHandlerTest {
  private HttpServer server;
  private volatile Headers headers = new Headers();
  private volatile byte[] body = new byte[0];
  private volatile int status = 200;
  private volatile Map<String, String> answer = Map.of();
  private volatile String text = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/events",
        exchange -> {
          headers = exchange.getRequestHeaders();
          body = exchange.getRequestBody().readAllBytes();
          answer.forEach(exchange.getResponseHeaders()::set);
          byte[] out = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, out.length == 0 ? -1 : out.length);
          exchange.getResponseBody().write(out);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void postsInTheBinaryModeOfCloudEvents() throws Exception {
    Message m =
        Message.builder("live", "Earned")
            .body(new byte[] {0, 1, (byte) 0xFF})
            .contentType("application/json; charset=utf-8")
            .key("schlüssel 1")
            .header("Authorization", "Bearer x")
            .header("not a token", "left out")
            .build();

    handler().handle(new RecordedDelivery(m, Duration.ofSeconds(20)));

    assertThat(body).isEqualTo(m.payload());
    assertThat(headers.getFirst("ce-id")).isEqualTo(m.id());
    assertThat(headers.getFirst("ce-specversion")).isEqualTo("1.0");
    assertThat(headers.getFirst("ce-type")).isEqualTo("Earned");
    assertThat(headers.getFirst("ce-partitionkey")).isEqualTo("schl%C3%BCssel%201");
    assertThat(headers.getFirst("content-type")).isEqualTo("application/json; charset=utf-8");
    assertThat(headers.getFirst("postbus-group")).isEqualTo("g");
    assertThat(headers.getFirst("postbus-attempt")).isEqualTo("2");
    assertThat(headers.getFirst("postbus-header-Authorization")).isEqualTo("Bearer%20x");
    assertThat(headers.containsKey("Authorization")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "200, , ack",
    "204, , ack",
    "429, 7, retry-after PT7S",
    "503, 0, retry-after PT0S",
    "503, 'Fri, 01 Jan 2016 00:00:00 GMT', retry-after PT0S"
  })
  void settlesAsTheServerAnswers(int code, String retryAfter, String outcome) throws Exception {
    status = code;
    answer = retryAfter == null ? Map.of() : Map.of("Retry-After", retryAfter);
    RecordedDelivery d = RecordedDelivery.of("x");

    handler().handle(d);

    assertThat(d.outcome()).isEqualTo(outcome);
  }

  @Test
  void givesUpOnWhatTheServerWillNeverTake() throws Exception {
    status = 422;
    text = "no such\nuser";
    RecordedDelivery d = RecordedDelivery.of("x");

    handler().handle(d);

    assertThat(d.outcome()).isEqualTo("dead " + url() + " answered 422: no such user");
  }

  @ParameterizedTest
  @CsvSource({"500,", "503,", "429,", "302,", "503,soon"})
  void failsTheAttemptOtherwise(int code, String retryAfter) {
    status = code;
    answer = retryAfter == null ? Map.of() : Map.of("Retry-After", retryAfter);

    assertThatThrownBy(() -> handler().handle(RecordedDelivery.of("x")))
        .isInstanceOf(HandlerFailedException.class)
        .hasMessageContaining("answered " + code);
  }

  @Test
  void failsTheAttemptWhenNobodyListens() {
    server.stop(0);

    assertThatThrownBy(() -> handler().handle(RecordedDelivery.of("x")))
        .isInstanceOf(HandlerFailedException.class);
  }

  @Test
  void failsTheAttemptWhenTheServerHangs() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
      RecordedDelivery d =
          new RecordedDelivery(RecordedDelivery.of("x").message(), Duration.ofMillis(300));

      assertThatThrownBy(() -> new HttpHandler(url).handle(d))
          .isInstanceOf(HandlerFailedException.class)
          .hasMessageContaining("timed out");
    }
  }

  private HttpHandler handler() {
    return new HttpHandler(url());
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/events");
  }
}
