package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.postbus.driver.rabbitmq.RabbitSettings.Declare;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Group;
import io.postbus.spi.TypeFilter;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been declared, to be declared again on a broker that lost it.
 *
 * <p>AMQP cannot list bindings, so a topic with groups has a second exchange, its marker: durable,
 * fanout, deleted by the broker with its last binding. Each of the topic's groups is bound to it;
 * nothing is ever published there. Thread-safe; blocking.
 */
final class Declarations {
  private static final Logger LOG = LoggerFactory.getLogger(Declarations.class);
  private static final String ANY_TYPE = "#";
  private static final int TRIES = 5;

  private final RabbitNames names;
  private final Declare mode;
  private final GroupQueue queue;
  private final Set<String> topics = ConcurrentHashMap.newKeySet();
  private final Map<String, Group> groups = new ConcurrentHashMap<>();

  Declarations(RabbitNames names, RabbitSettings settings) {
    this.names = names;
    this.mode = settings.declare();
    this.queue = new GroupQueue(names, settings.queueType());
  }

  /** Everything again: the first thing that is done with a new connection. */
  void again(Connection c) throws IOException {
    try (Scratch scratch = new Scratch(c)) {
      oneOfMany(c, () -> signals(scratch));
      for (String topic : topics) {
        oneOfMany(c, () -> declare(scratch, topic));
      }
      for (Group group : groups.values()) {
        oneOfMany(c, () -> declare(scratch, group));
      }
    }
  }

  private interface Declaring {
    void run() throws IOException;
  }

  /** What cannot be declared again holds back neither the others nor the connection. */
  private static void oneOfMany(Connection c, Declaring one) throws IOException {
    try {
      one.run();
    } catch (IOException | RuntimeException e) {
      if (!c.isOpen()) {
        throw e;
      }
      LOG.error("After a reconnect: {}", RabbitErrors.translate("Declaring", e).getMessage());
    }
  }

  void topic(Connection c, String topic) throws IOException {
    names.marker(topic);
    try (Scratch scratch = new Scratch(c)) {
      declare(scratch, topic);
    }
    topics.add(topic);
  }

  void group(Connection c, Group group) throws IOException {
    names.deadLetters(group.name());
    group.topics().forEach(names::marker);
    try (Scratch scratch = new Scratch(c)) {
      declare(scratch, group);
    }
    remember(group);
  }

  /** Takes note of a group that somebody has declared. */
  void remember(Group group) {
    groups.put(group.name(), group);
  }

  /** One group again, if it is meant to be there; else nothing. */
  void restore(Connection c, String name) throws IOException {
    Group group = groups.get(name);
    if (group != null && mode == Declare.CREATE) {
      group(c, group);
    }
  }

  /** Takes away the bindings that {@code now} does not have. */
  void retire(Connection c, Group before, Group now) throws IOException {
    groups.computeIfPresent(now.name(), (name, known) -> now);
    String name = names.group(before.name());
    try (Scratch scratch = new Scratch(c)) {
      for (String topic : before.topics()) {
        boolean kept = now.topics().contains(topic);
        Set<String> keys = kept ? keys(now.types()) : Set.of();
        for (String key : keys(before.types())) {
          if (!keys.contains(key)) {
            unbind(scratch, name, names.topic(topic), key);
          }
        }
        if (!kept) {
          unbind(scratch, name, names.marker(topic), "");
        }
      }
    }
  }

  void remove(Connection c, Group group) throws IOException {
    groups.remove(group.name());
    try (Scratch scratch = new Scratch(c)) {
      scratch.channel().queueDelete(names.group(group.name()));
    } catch (IOException e) {
      if (RabbitErrors.code(e) != AMQP.NOT_FOUND) {
        throw e;
      }
    }
  }

  /** Whether somebody in this process or, by the marker, in any other subscribes to the topic. */
  boolean hasGroups(Connection c, String topic) throws IOException {
    return exists(c, names.marker(topic))
        || (mode != Declare.CREATE
            && groups.values().stream().anyMatch(g -> g.topics().contains(topic)));
  }

  static boolean exists(Connection c, String exchange) throws IOException {
    try (Scratch scratch = new Scratch(c)) {
      scratch.channel().exchangeDeclarePassive(exchange);
      return true;
    } catch (IOException e) {
      if (RabbitErrors.code(e) == AMQP.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private void signals(Scratch scratch) throws IOException {
    if (mode == Declare.CREATE) {
      scratch.channel().exchangeDeclare(names.signals(), BuiltinExchangeType.FANOUT, true);
    }
  }

  private void declare(Scratch scratch, String topic) throws IOException {
    String exchange = names.topic(topic);
    if (mode == Declare.CREATE) {
      try {
        scratch.channel().exchangeDeclare(exchange, BuiltinExchangeType.TOPIC, true);
      } catch (IOException e) {
        judge(exchange, e);
      }
    } else if (mode == Declare.CHECK) {
      scratch.channel().exchangeDeclarePassive(exchange);
    }
  }

  /** A fanout exchange gives more than was asked for, which the consumer withholds. */
  private static void judge(String exchange, IOException e) throws IOException {
    QueueDifference d = QueueDifference.parse(RabbitErrors.reason(e));
    if (d == null) {
      throw e;
    }
    if (!d.equals(new QueueDifference("type", "fanout"))) {
      throw new ConfigurationException(
          ("The exchange %s exists, and %s; a topic needs a durable one of type topic. Delete it, give"
                  + " the topic another name, or set declare: check to use it as it is")
              .formatted(exchange, d),
          e);
    }
  }

  private void declare(Scratch scratch, Group group) throws IOException {
    for (String topic : group.topics()) {
      declare(scratch, topic);
    }
    String name = names.group(group.name());
    if (mode == Declare.CHECK) {
      scratch.channel().queueDeclarePassive(name);
    } else if (mode == Declare.CREATE) {
      queue.declare(scratch, group);
      for (String topic : group.topics()) {
        mark(scratch, name, names.marker(topic));
        for (String key : keys(group.types())) {
          scratch.channel().queueBind(name, names.topic(topic), key);
        }
      }
    }
  }

  /** The last other group may leave, and the marker with it, between the two steps. */
  private static void mark(Scratch scratch, String queue, String marker) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        Channel channel = scratch.channel();
        channel.exchangeDeclare(marker, BuiltinExchangeType.FANOUT, true, true, Map.of());
        channel.queueBind(queue, marker, "");
        return;
      } catch (IOException e) {
        if (RabbitErrors.code(e) != AMQP.NOT_FOUND || tries == TRIES) {
          throw e;
        }
      }
    }
  }

  private static void unbind(Scratch scratch, String queue, String exchange, String key)
      throws IOException {
    try {
      scratch.channel().queueUnbind(queue, exchange, key);
    } catch (IOException e) {
      if (RabbitErrors.code(e) != AMQP.NOT_FOUND) {
        throw e;
      }
    }
  }

  /** Equality is all that a binding can be asked for: with a pattern, the consumer withholds. */
  private static Set<String> keys(TypeFilter types) {
    return types.exact() ? types.patterns() : Set.of(ANY_TYPE);
  }
}
