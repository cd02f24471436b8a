package io.postbus.driver.rabbitmq;

import io.postbus.driver.rabbitmq.RabbitSettings.QueueType;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares a group's queue, or takes over the one that is there.
 *
 * <p>The broker refuses a declaration that differs from what it has and names the first difference.
 * Adopting it and asking again finds all of them, and each is then judged: a queue that keeps our
 * promises is used with a warning, one that breaks them is refused with the ways out.
 */
final class GroupQueue {
  private static final Logger LOG = LoggerFactory.getLogger(GroupQueue.class);

  /** The default of RabbitMQ 4, 20, loses messages; −1 makes 3.10 drop at the first return. */
  private static final int DELIVERY_LIMIT = 1_000_000;

  private final RabbitNames names;
  private final QueueType type;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  GroupQueue(RabbitNames names, QueueType type) {
    this.names = names;
    this.type = type;
  }

  void declare(Scratch scratch, Group group) throws IOException {
    String queue = names.group(group.name());
    Map<String, QueueDifference> found = new LinkedHashMap<>();
    Map<String, Object> arguments = arguments(group, found);
    QueueDifference d;
    while ((d = refused(scratch, queue, arguments)) != null) {
      if (found.put(d.argument(), d) != null) {
        throw refusal(queue, d, "it cannot be taken over");
      } else if (d.isFixed()) {
        break;
      }
      arguments = arguments(group, found);
    }
    for (QueueDifference f : found.values()) {
      String broken = f.breaks(group.order(), arguments);
      if (broken != null) {
        throw refusal(queue, f, broken);
      }
    }
    if (!found.isEmpty() && warned.add(queue)) {
      LOG.warn("The queue {} is used although it is not as configured: {}", queue, found.values());
    }
  }

  /** Declares it; returns what the broker minds, or null if nothing. */
  private static @Nullable QueueDifference refused(
      Scratch scratch, String queue, Map<String, Object> arguments) throws IOException {
    try {
      scratch.channel().queueDeclare(queue, true, false, false, arguments);
      return null;
    } catch (IOException e) {
      QueueDifference d = QueueDifference.parse(RabbitErrors.reason(e));
      if (d == null) {
        throw e;
      }
      return d;
    }
  }

  /** Those that we want, but for the differences. */
  private Map<String, Object> arguments(Group group, Map<String, QueueDifference> differences) {
    QueueDifference other = differences.get(QueueDifference.TYPE);
    boolean quorum = other == null ? type == QueueType.QUORUM : "quorum".equals(other.current());
    Map<String, Object> a = new HashMap<>();
    if (quorum) {
      a.put("x-delivery-limit", DELIVERY_LIMIT);
      a.put("x-dead-letter-exchange", "");
      a.put("x-dead-letter-routing-key", names.deadLetters(group.name()));
      a.put("x-dead-letter-strategy", "at-least-once");
      a.put("x-overflow", "reject-publish");
    }
    if (group.order() != Order.NONE) {
      a.put("x-single-active-consumer", true);
    }
    differences.values().forEach(d -> a.compute(d.argument(), (name, ours) -> d.current()));
    // Said although classic is the default: a virtual host may have another one.
    a.put(QueueDifference.TYPE, quorum ? "quorum" : "classic");
    return a;
  }

  private static ConfigurationException refusal(String queue, QueueDifference d, String broken) {
    return new ConfigurationException(
        ("The queue %s exists, and %s: %s. Delete it once it is empty, give the group another name"
                + " (group:), or set declare: check to use it as it is")
            .formatted(queue, d, broken),
        null);
  }
}
