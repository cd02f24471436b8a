package io.postbus.driver.memory;

import io.postbus.spi.Backlog;
import io.postbus.spi.Group;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.Topology;
import org.jspecify.annotations.Nullable;

/** The topics and groups of a broker, as one driver sees them. Thread-safe. */
final class MemoryTopology implements Topology {
  private final Connection connection;

  MemoryTopology(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void declare(TopicSpec topic) {
    connection.await("declaring the topic " + topic.name());
    connection.declare(topic);
  }

  @Override
  public void declare(Group group, Start start) {
    MemoryDriver.refuse(start);
    connection.await("declaring the group " + group.name());
    connection.declare(group);
  }

  @Override
  public void retire(Group before, Group now) {
    connection.await("changing the group " + before.name());
    connection.retire(before, now);
  }

  @Override
  public void remove(Group group) {
    connection.await("removing the group " + group.name());
    connection.forget(group);
  }

  @Override
  public boolean hasGroups(String topic) {
    connection.await("asking for the groups of " + topic);
    return connection.broker.routes.hasGroups(connection.onBroker(topic));
  }

  @Override
  public Backlog backlog(Group group) {
    GroupQueue queue = queue("asking for the backlog of ", group);
    return queue == null ? Backlog.NONE : queue.backlog();
  }

  @Override
  public long purge(Group group) {
    GroupQueue queue = queue("purging ", group);
    return queue == null ? 0 : queue.purge();
  }

  private @Nullable GroupQueue queue(String what, Group group) {
    connection.await(what + group.name());
    return connection.broker.routes.queue(connection.onBroker(group.name()));
  }
}
