package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import io.postbus.spi.Backlog;
import io.postbus.spi.Capability;
import io.postbus.spi.Group;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.Topology;
import io.postbus.spi.UnsupportedCapabilityException;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Exchanges, queues and bindings, each asked for on a channel of its own. */
final class RabbitTopology implements Topology {
  private final RabbitCalls calls;
  private final RabbitNames names;
  private final Declarations declarations;

  RabbitTopology(RabbitCalls calls, RabbitNames names, Declarations declarations) {
    this.calls = calls;
    this.names = names;
    this.declarations = declarations;
  }

  @Override
  public void declare(TopicSpec topic) {
    act("Declaring the topic " + topic.name(), c -> declarations.topic(c, topic.name()));
  }

  @Override
  public void declare(Group group, Start start) {
    if (start == Start.EARLIEST) {
      throw new UnsupportedCapabilityException(
          "The group %s cannot begin at the oldest message: RabbitMQ keeps none for it (%s)"
              .formatted(group.name(), Capability.REPLAY));
    }
    act("Declaring the group " + group.name(), c -> declarations.group(c, group));
  }

  @Override
  public void retire(Group before, Group now) {
    act("Changing the group " + now.name(), c -> declarations.retire(c, before, now));
  }

  @Override
  public void remove(Group group) {
    act("Removing the group " + group.name(), c -> declarations.remove(c, group));
  }

  @Override
  public boolean hasGroups(String topic) {
    return calls.call(
        "Asking for groups of the topic " + topic, c -> declarations.hasGroups(c, topic));
  }

  @Override
  public Backlog backlog(Group group) {
    return calls.call("Asking for the backlog of " + group.name(), c -> backlog(c, group));
  }

  private Backlog backlog(Connection c, Group group) throws IOException {
    try (Scratch scratch = new Scratch(c)) {
      AMQP.Queue.DeclareOk found = scratch.channel().queueDeclarePassive(names.group(group.name()));
      return new Backlog(
          found.getMessageCount(), OptionalLong.empty(), OptionalInt.of(found.getConsumerCount()));
    } catch (IOException e) {
      if (RabbitErrors.code(e) == AMQP.NOT_FOUND) {
        return Backlog.NONE;
      }
      throw e;
    }
  }

  @Override
  public long purge(Group group) {
    return calls.call("Purging the group " + group.name(), c -> purge(c, group));
  }

  private long purge(Connection c, Group group) throws IOException {
    try (Scratch scratch = new Scratch(c)) {
      return scratch.channel().queuePurge(names.group(group.name())).getMessageCount();
    } catch (IOException e) {
      if (RabbitErrors.code(e) == AMQP.NOT_FOUND) {
        return 0;
      }
      throw e;
    }
  }

  private interface Action {
    void run(Connection c) throws IOException;
  }

  private void act(String doing, Action action) {
    calls.call(
        doing,
        c -> {
          action.run(c);
          return true;
        });
  }
}
