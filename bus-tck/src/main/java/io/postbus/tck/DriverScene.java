package io.postbus.tck;

import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.TypeFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** What the tests of drivers have at hand: nodes and groups. */
abstract class DriverScene extends Scene {
  final DriverFixture fixture;
  private final List<Node> nodes = new ArrayList<>();

  DriverScene(DriverFixture fixture) {
    super(fixture.patience());
    this.fixture = fixture;
  }

  /** A new node, connected; the groups that it declares are removed after the test. */
  final Node node() {
    Node node = closing(new Node(fixture, name("node"))).await(ConnectionState.CONNECTED);
    nodes.add(node);
    return node;
  }

  /** A group of any type and no order. */
  final Group group(String... topics) {
    return group(Order.NONE, topics);
  }

  final Group group(Order order, String... topics) {
    return new Group(name("group"), Set.of(topics), TypeFilter.all(), order, Instant.now());
  }

  final Group group(TypeFilter types, String... topics) {
    return new Group(name("group"), Set.of(topics), types, Order.NONE, Instant.now());
  }

  /** Hundreds of groups would only be in the way of a broker that has to start again. */
  @AfterEach
  void removeGroups() {
    nodes.forEach(Node::removeGroups);
  }
}
