package io.postbus.cli.supervise;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Asks the admin listeners of children, all at once and within a limit. Thread-safe. */
final class ChildAnswers {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();

  /**
   * What a child said.
   *
   * @param code 503 where it gave no answer
   */
  record Answer(int code, String body) {
    static final Answer NONE = new Answer(503, "");

    boolean good() {
      return code == 200;
    }
  }

  /** The answers of those that run, by their names. */
  Map<String, Answer> ask(List<Child.Status> children, String path) {
    Map<String, CompletableFuture<Answer>> asked = new LinkedHashMap<>();
    for (Child.Status child : children) {
      child.admin().ifPresent(port -> asked.put(child.name().toString(), ask(port, path)));
    }
    Map<String, Answer> answers = new LinkedHashMap<>();
    asked.forEach((name, answer) -> answers.put(name, answer.join()));
    return answers;
  }

  private CompletableFuture<Answer> ask(int port, String path) {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .thenApply(ChildAnswers::answer)
        .exceptionally(gone -> Answer.NONE);
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.body());
  }
}
