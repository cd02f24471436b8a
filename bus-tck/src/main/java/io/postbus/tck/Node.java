package io.postbus.tck;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Outbound;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Settings;
import io.postbus.spi.Start;
import io.postbus.spi.Topology;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One process on the broker, as far as the broker can tell: a driver and its way there. */
final class Node implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);
  private static final int WINDOW = 500;

  private final DriverFixture fixture;
  private final Link link;
  private final NodeContext context;
  private final Driver driver;
  private final Set<Group> declared = ConcurrentHashMap.newKeySet();
  private @Nullable Producer producer;
  private boolean closed;

  Node(DriverFixture fixture, String name) {
    this(fixture, fixture.link(), new NodeContext(fixture.namespace(), name, CALL_TIMEOUT));
  }

  Node(DriverFixture fixture, Link link, NodeContext context) {
    this.fixture = fixture;
    this.link = link;
    this.context = context;
    this.driver = fixture.provider().open(Settings.of(link.settings()), context);
  }

  Driver driver() {
    return driver;
  }

  Topology topology() {
    return driver.topology();
  }

  Link link() {
    return link;
  }

  NodeContext context() {
    return context;
  }

  Duration patience() {
    return fixture.patience();
  }

  Node await(ConnectionState state) {
    Eventually.within(patience())
        .until(
            "the connection is " + state + " after " + context.reports(), () -> context.is(state));
    return this;
  }

  Group declare(Group group) {
    topology().declare(group, Start.LATEST);
    declared.add(group);
    return group;
  }

  /** Removes what it has declared, if it is still open and as far as it can. */
  void removeGroups() {
    if (closed) {
      return;
    }
    link.restore();
    try {
      declared.forEach(topology()::remove);
    } catch (ClosedException | ConnectionException e) {
      // The broker is the fixture's own: what stays there harms nobody.
    }
  }

  /** Joins a group that has been declared. */
  Member join(Group group, int maxInFlight) {
    Listener listener = new Listener();
    ConsumerSpec spec = new ConsumerSpec(group, maxInFlight, Start.LATEST);
    return new Member(this, group, listener, driver.consumer(spec, listener));
  }

  Producer producer(Confirm confirm, Duration timeout) {
    return driver.producer(new ProducerSpec(confirm, timeout, WINDOW));
  }

  /** The producer that {@link #publish} uses. */
  synchronized Producer producer() {
    Producer present = producer;
    if (present == null) {
      present = producer(Confirm.CONFIRMED, patience());
      producer = present;
    }
    return present;
  }

  /** Sends the message and waits for its confirmation. */
  void publish(Destination to, Message message) {
    Sends.confirmed(producer().send(to, message), patience());
  }

  /** Sends the messages to their topics, in order, and waits for their confirmations. */
  void publish(Collection<Message> messages) {
    var batch = messages.stream().map(m -> new Outbound(Destination.topic(m.topic()), m)).toList();
    Sends.confirmed(producer().send(batch), patience());
  }

  void publish(Message message) {
    publish(Destination.topic(message.topic()), message);
  }

  /** What the broker itself says it keeps for the group. */
  long count(Group group) {
    return fixture.client().countAtBroker(context.namespace() + group.name());
  }

  @Override
  public void close() {
    closed = true;
    try {
      driver.close();
    } finally {
      link.close();
    }
  }
}
