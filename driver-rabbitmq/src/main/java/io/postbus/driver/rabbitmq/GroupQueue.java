package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP;
import io.postbus.driver.rabbitmq.RabbitSettings.QueueType;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    Map<String, Object> arguments = arguments(group, type);
    Set<QueueDifference> found = new LinkedHashSet<>();
    while (true) {
      try {
        scratch.channel().queueDeclare(queue, true, false, false, arguments);
        break;
      } catch (IOException e) {
        QueueDifference d =
            RabbitErrors.code(e) == AMQP.PRECONDITION_FAILED
                ? QueueDifference.parse(RabbitErrors.reason(e))
                : null;
        if (d == null || !found.add(d)) {
          throw e;
        }
        refuseIfBroken(queue, group.order(), d, e);
        arguments = adopt(group, arguments, d);
      }
    }
    if (!found.isEmpty() && warned.add(queue)) {
      LOG.warn("The queue {} is used although it is not as configured: {}", queue, found);
    }
  }

  private Map<String, Object> arguments(Group group, QueueType as) {
    Map<String, Object> a = new HashMap<>();
    if (as == QueueType.QUORUM) {
      a.put("x-queue-type", "quorum");
      a.put("x-delivery-limit", DELIVERY_LIMIT);
      a.put("x-dead-letter-exchange", "");
      a.put("x-dead-letter-routing-key", names.deadLetters(group.name()));
      a.put("x-dead-letter-strategy", "at-least-once");
      a.put("x-overflow", "reject-publish");
    } else {
      // Said although it is the default: a virtual host may have another one.
      a.put("x-queue-type", "classic");
    }
    if (group.order() != Order.NONE) {
      a.put("x-single-active-consumer", true);
    }
    return a;
  }

  private Map<String, Object> adopt(Group group, Map<String, Object> was, QueueDifference d) {
    if (d.argument().equals("x-queue-type")) {
      return arguments(group, "quorum".equals(d.current()) ? QueueType.QUORUM : QueueType.CLASSIC);
    }
    Map<String, Object> now = new HashMap<>(was);
    if (d.current() == null) {
      now.remove(d.argument());
    } else {
      now.put(d.argument(), d.current());
    }
    return now;
  }

  private static void refuseIfBroken(String queue, Order order, QueueDifference d, Exception e) {
    String broken = d.breaks(order);
    if (broken != null) {
      throw new ConfigurationException(
          ("The queue %s exists, and %s: %s. Delete it once it is empty, give the group another name"
                  + " (group:), or set declare: check to use it as it is")
              .formatted(queue, d, broken),
          e);
    }
  }

  /** What the topic's exchange must be, or why it cannot be used. */
  static void judgeExchange(String exchange, IOException e) throws IOException {
    QueueDifference d =
        RabbitErrors.code(e) == AMQP.PRECONDITION_FAILED
            ? QueueDifference.parse(RabbitErrors.reason(e))
            : null;
    if (d == null) {
      throw e;
    }
    if (!d.argument().equals("type") || !List.of("fanout").contains(String.valueOf(d.current()))) {
      throw new ConfigurationException(
          ("The exchange %s exists, and %s; a topic needs a durable exchange of type topic. Delete it,"
                  + " give the topic another name, or set declare: check to use it as it is")
              .formatted(exchange, d),
          e);
    }
  }
}
