package io.postbus.runtime.module;

import io.postbus.Delivery;
import io.postbus.runtime.json.CloudEventJson;
import io.postbus.spi.Quantities;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a program answers to a message: {@code ack}, {@code retry [reason]}, {@code retry-after
 * 10s}, {@code dead [reason]} or {@code release} as a line of words; or the same as JSON: {@code
 * {"result":"retry-after","delay":"10s"}}.
 *
 * @param delay of a retry-after
 */
record Answer(Result result, String reason, @Nullable Duration delay) {
  private static final int LONGEST_REASON = 1000;

  /** What becomes of the delivery. */
  enum Result {
    ACK,
    RETRY,
    RETRY_AFTER,
    DEAD,
    RELEASE
  }

  /**
   * The answer of a line.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  static Answer parse(String line) {
    String s = line.strip();
    if (s.startsWith("{")) {
      return json(CloudEventJson.object(s));
    }
    int space = s.indexOf(' ');
    String word = space < 0 ? s : s.substring(0, space);
    String rest = space < 0 ? "" : s.substring(space + 1).strip();
    return of(word, rest, rest);
  }

  /** Settles the delivery, or throws what makes it a failed attempt. */
  void apply(Delivery delivery) {
    switch (result) {
      case ACK -> delivery.ack();
      case RETRY -> throw new HandlerFailedException(reason.isEmpty() ? "asked to retry" : reason);
      case RETRY_AFTER -> delivery.retryAfter(delay == null ? Duration.ZERO : delay);
      case DEAD -> delivery.deadLetter(reason.isEmpty() ? "given up on by the handler" : reason);
      case RELEASE -> delivery.release();
      default -> throw new IllegalStateException(result.name());
    }
  }

  private static Answer json(ObjectNode answer) {
    return of(text(answer, "result"), text(answer, "delay"), text(answer, "reason"));
  }

  private static Answer of(String word, String delay, String reason) {
    String why = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
    return switch (word) {
      case "ack" -> new Answer(Result.ACK, "", null);
      case "retry" -> new Answer(Result.RETRY, why, null);
      case "retry-after" -> new Answer(Result.RETRY_AFTER, "", Quantities.duration(delay));
      case "dead" -> new Answer(Result.DEAD, why, null);
      case "release" -> new Answer(Result.RELEASE, "", null);
      default ->
          throw new IllegalArgumentException(
              "\"%.80s\" is none of ack, retry, retry-after, dead, release".formatted(word));
    };
  }

  private static String text(ObjectNode in, String name) {
    JsonNode node = in.get(name);
    return node == null || node.isNull()
        ? ""
        : node.isString() ? node.stringValue() : node.toString();
  }
}
