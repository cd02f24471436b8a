package io.postbus.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Health;
import io.postbus.Health.ConsumerHealth;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private volatile Health health = health(true, ConnectionState.CONNECTED, "");
  private final AdminServer server =
      AdminServer.start(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          new BusPages(() -> health, () -> "up 1\n"));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void servesTheScrape() throws Exception {
    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("up 1\n");
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
  }

  @Test
  void tellsThatItIsReadyAndWhatOf() throws Exception {
    HttpResponse<String> answer = get("/ready");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"ready\":true,\"connections\":{\"rabbitmq\":{\"state\":\"connected\","
                + "\"since\":\"1970-01-01T00:00:00Z\"}},\"consumers\":[{\"module\":\"m\","
                + "\"consumer\":\"c\",\"group\":\"g\",\"state\":\"running\",\"inFlight\":3}]}\n");
  }

  @Test
  void staysAliveWhenItIsNotReady() throws Exception {
    health = health(false, ConnectionState.DOWN, "refused by \"h\"");

    assertThat(get("/live").statusCode()).isEqualTo(200);
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(get("/ready").body()).contains("\"reason\":\"refused by \\\"h\\\"\"");
  }

  @Test
  void knowsNothingElse() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/metrics/more").statusCode()).isEqualTo(404);
    assertThat(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(url("/metrics"))
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(405);
  }

  @Test
  void saysThatThePortIsTaken() {
    assertThatThrownBy(
            () -> AdminServer.start(server.address(), new BusPages(() -> health, () -> "")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("admin.listen: cannot listen on")
        .hasMessageContaining(String.valueOf(server.address().getPort()));
  }

  @Test
  void closesTwice() {
    server.close();
    server.close();

    assertThatThrownBy(() -> get("/live")).isInstanceOf(IOException.class);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(url(path)).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }

  private static Health health(boolean ready, ConnectionState state, String reason) {
    return new Health(
        true,
        ready,
        Map.of("rabbitmq", new Health.Connection(state, reason, Instant.EPOCH)),
        List.of(new ConsumerHealth("m", "c", "g", ConsumerHealth.State.RUNNING, "", 3)));
  }
}
