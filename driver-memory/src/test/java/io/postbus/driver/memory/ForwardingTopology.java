package io.postbus.driver.memory;

import io.postbus.spi.Backlog;
import io.postbus.spi.Group;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.Topology;

/** Does what another topology does. */
class ForwardingTopology implements Topology {
  final Topology good;

  ForwardingTopology(Topology good) {
    this.good = good;
  }

  @Override
  public void declare(TopicSpec topic) {
    good.declare(topic);
  }

  @Override
  public void declare(Group group, Start start) {
    good.declare(group, start);
  }

  @Override
  public void retire(Group before, Group now) {
    good.retire(before, now);
  }

  @Override
  public void remove(Group group) {
    good.remove(group);
  }

  @Override
  public boolean hasGroups(String topic) {
    return good.hasGroups(topic);
  }

  @Override
  public Backlog backlog(Group group) {
    return good.backlog(group);
  }

  @Override
  public long purge(Group group) {
    return good.purge(group);
  }
}
