package io.postbus.tck;

import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.TypeFilter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What every contract has at hand: nodes that are closed after the test, names of its own. */
@Timeout(120)
abstract class Contract {
  private static final AtomicInteger TESTS = new AtomicInteger();

  final DriverFixture fixture;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final String mark = Integer.toString(TESTS.incrementAndGet(), 36);
  private int names;

  Contract(DriverFixture fixture) {
    this.fixture = fixture;
  }

  /** A new node, connected. */
  final Node node() {
    return unconnectedNode().await(ConnectionState.CONNECTED);
  }

  final Node unconnectedNode() {
    return closing(new Node(fixture, name("node")));
  }

  /** Closes it after the test, the last first. */
  final <C extends AutoCloseable> C closing(C resource) {
    open.push(resource);
    return resource;
  }

  /** A name that no other test uses. */
  final String name(String word) {
    return word + "-" + mark + "-" + names++;
  }

  final Eventually eventually() {
    return Eventually.within(fixture.patience());
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

  @AfterEach
  void closeAll() throws Exception {
    Exception failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
