package io.postbus.driver.rabbitmq;

import io.postbus.spi.Order;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One way in which a queue that is there is not as we would have made it.
 *
 * @param current what it has; null for nothing
 */
record QueueDifference(String argument, @Nullable Object current) {
  static final String TYPE = "x-queue-type";

  /** Fewer redeliveries than these may be used up by consumers that crash before they work. */
  private static final long LIVABLE_DELIVERY_LIMIT = 1_000;

  private static final Pattern REFUSAL =
      Pattern.compile(
          "inequivalent arg '([^']+)' for .*: received .* but current is "
              + "(?:(none)|the value '(.*)' of type '(\\w+)'|'(.*)')",
          Pattern.DOTALL);

  /** Reads it from the broker's refusal; null if that says something else. */
  static @Nullable QueueDifference parse(String refusal) {
    Matcher m = REFUSAL.matcher(refusal);
    if (!m.find()) {
      return null;
    }
    String argument = String.valueOf(m.group(1));
    if (m.group(2) != null) {
      return new QueueDifference(argument, null);
    }
    String value = m.group(3) != null ? m.group(3) : m.group(5);
    return new QueueDifference(argument, typed(value, m.group(4)));
  }

  private static Object typed(String value, @Nullable String type) {
    if ("bool".equals(type)) {
      return Boolean.valueOf(value);
    }
    boolean number = type != null && !type.equals("longstr") && value.matches("-?\\d{1,18}");
    return number ? (Object) Long.valueOf(value) : value;
  }

  /** Whether it is not an argument that another declaration could take over. */
  boolean isFixed() {
    return argument.equals("durable")
        || argument.equals("auto_delete")
        || argument.equals("exclusive");
  }

  /**
   * What of our promises it breaks, or null if it can be lived with.
   *
   * @param arguments all that the queue has, as far as we declare it
   */
  @Nullable String breaks(Order order, Map<String, Object> arguments) {
    boolean ordered = order != Order.NONE;
    boolean quorum = "quorum".equals(arguments.get(TYPE));
    return switch (argument) {
      case "durable" -> "its messages are lost when the broker restarts";
      case "auto_delete", "x-expires" -> "it goes away with its last consumer";
      case "exclusive" -> "it belongs to one connection";
      case "x-message-ttl" -> "it drops messages that wait too long";
      case "x-max-length", "x-max-length-bytes" ->
          "reject-publish".equals(arguments.get("x-overflow"))
              ? null
              : "it drops messages when it is full";
      case "x-single-active-consumer" ->
          ordered && !Boolean.TRUE.equals(current) ? "without it the group has no order" : null;
      case TYPE -> "stream".equals(current) ? "a stream is not a queue" : null;
      case "x-delivery-limit" -> quorum ? brokenLimit(ordered) : null;
      default -> null;
    };
  }

  private @Nullable String brokenLimit(boolean ordered) {
    if (current == null) {
      return ordered ? "without one a message that comes back goes behind younger ones" : null;
    }
    return current instanceof Long limit && limit < LIVABLE_DELIVERY_LIMIT
        ? "it gives up messages that consumers have merely died with"
        : null;
  }

  @Override
  public String toString() {
    return argument + (current == null ? " is not set" : " is " + current);
  }
}
