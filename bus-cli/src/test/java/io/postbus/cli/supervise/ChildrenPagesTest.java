package io.postbus.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.output.Json;
import io.postbus.runtime.observe.AdminServer;
import io.postbus.tck.Eventually;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChildrenPagesTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(20));
  private static final InetSocketAddress ANYWHERE =
      InetSocketAddress.createUnresolved("127.0.0.1", 0);

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void oneScrapeHasTheSamplesOfAllChildrenNamingEach() throws Exception {
    try (Supervision both = new Supervision("good", "good");
        AdminServer admin = serve(both)) {
      SOON.until("both run", both::allRun);
      HttpResponse<String> scrape = get(admin, "/metrics");
      assertThat(scrape.statusCode()).isEqualTo(200);
      assertThat(scrape.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain");
      assertThat(scrape.body().lines())
          .containsOnlyOnce("# TYPE child_pid gauge")
          .contains(
              "child_pid{process=\"m/1\"} " + both.process(1).pid(),
              "child_pid{process=\"m/2\"} " + both.process(2).pid(),
              "messagebus_process_up{process=\"m/2\"} 1",
              "messagebus_process_starts_total{process=\"m/1\"} 1");
    }
  }

  @Test
  void readyIsItWhenAllAre() throws Exception {
    try (Supervision both = new Supervision("good", "unready");
        AdminServer admin = serve(both)) {
      SOON.until("both run", both::allRun);
      HttpResponse<String> live = get(admin, "/live");
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(Json.mapper().readTree(live.body()).get("live").asBoolean()).isTrue();
      HttpResponse<String> ready = get(admin, "/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      JsonNode processes = Json.mapper().readTree(ready.body()).get("processes");
      assertThat(processes.at("/m~11/health/ready").asBoolean()).isTrue();
      assertThat(processes.at("/m~12/health/ready").asBoolean()).isFalse();
    }
  }

  @Test
  void oneThatWaitsForItsNextStartIsNotReadyButLive() throws Exception {
    try (Supervision both = new Supervision("good", "brief");
        AdminServer admin = serve(both)) {
      SOON.until("the good one runs", () -> both.status(1).state() == Child.State.RUNNING);
      assertThat(get(admin, "/ready").statusCode()).isEqualTo(503);
      assertThat(get(admin, "/live").statusCode()).isEqualTo(200);
      assertThat(get(admin, "/metrics").body())
          .contains("messagebus_process_up{process=\"m/2\"} 0");
    }
  }

  private static AdminServer serve(Supervision of) {
    return AdminServer.start(ANYWHERE, new ChildrenPages(of.supervisor));
  }

  private HttpResponse<String> get(AdminServer admin, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + admin.address().getPort() + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
    return client.send(request, BodyHandlers.ofString());
  }
}
