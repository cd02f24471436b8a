package io.postbus.runtime.module;

import io.postbus.Delivery;
import io.postbus.ModuleHandler;
import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Handles deliveries by posting each to a server in the CloudEvents HTTP binary mode. A 2xx answer
 * acknowledges; 429 and 503 with {@code Retry-After} wait as long as they say; every 4xx but 429
 * gives up; anything else, and no answer by the deadline, is a failed attempt.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">HTTP
 *     binding</a>
 */
final class HttpHandler implements ModuleHandler {
  private static final int LONGEST_REASON = 500;
  private static final String HEADER = "postbus-header-";

  private final URI url;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  HttpHandler(URI url) {
    this.url = url;
  }

  @Override
  public void handle(Delivery delivery) throws InterruptedException {
    HttpResponse<InputStream> response;
    try {
      response = client.send(request(delivery), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new HandlerFailedException("POST to " + url + " failed: " + e, e);
    }
    apply(delivery, response.statusCode(), retryAfter(response), reason(response));
  }

  private void apply(Delivery delivery, int status, Optional<Duration> retryAfter, String reason) {
    String what = url + " answered " + status + (reason.isEmpty() ? "" : ": " + reason);
    boolean busy = status == 429 || status == 503;
    if (status >= 200 && status < 300) {
      delivery.ack();
    } else if (busy && retryAfter.isPresent()) {
      delivery.retryAfter(retryAfter.get());
    } else if (status >= 400 && status < 500 && !busy) {
      delivery.deadLetter(what);
    } else {
      throw new HandlerFailedException(what);
    }
  }

  private HttpRequest request(Delivery delivery) {
    Message m = delivery.message();
    Duration limit = Duration.between(Instant.now(), delivery.deadline());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(limit.isNegative() || limit.isZero() ? Duration.ofMillis(1) : limit)
            .POST(HttpRequest.BodyPublishers.ofByteArray(m.payload()))
            .header("postbus-topic", PercentText.encode(m.topic()))
            .header("postbus-group", PercentText.encode(delivery.group()))
            .header("postbus-attempt", Integer.toString(delivery.attempt()));
    CloudEvents.write(m, (name, value) -> request.header("ce-" + name, PercentText.encode(value)));
    if (m.contentType() != null && PercentText.isPlain(m.contentType())) {
      request.header("content-type", m.contentType());
    }
    // Under a prefix: a message must not set a header that means something to the server.
    m.headers()
        .forEach(
            (name, value) -> {
              if (PercentText.isToken(name) && !CloudEvents.isAttributeHeader(name)) {
                request.header(HEADER + name, PercentText.encode(value));
              }
            });
    return request.build();
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response.headers().firstValue("retry-after").flatMap(RetryAfter::parse);
  }

  private static String reason(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      String text = new String(body.readNBytes(LONGEST_REASON), StandardCharsets.UTF_8);
      return text.replaceAll("\\s+", " ").strip();
    } catch (IOException cut) {
      return "";
    }
  }
}
