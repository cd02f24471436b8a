package io.postbus.driver.memory;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.spi.Backlog;
import io.postbus.spi.PublishException.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A broker of the driver {@code memory} from the inside, for tests: its faults, and a look at it
 * around the driver. Thread-safe. While a handle is open its broker stays, with all it has.
 *
 * <p>All names are those on the broker, with the namespace. A fault has taken effect when its call
 * returns, for every namespace; drivers hear of it on their own threads, soon after.
 */
public final class MemoryBroker implements AutoCloseable {
  /** Stands before an attribute's name among the headers of {@link Raw}. */
  public static final String ATTRIBUTE_PREFIX = "ce_";

  private final Broker broker;
  private final String namespace;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MemoryBroker(Broker broker, String namespace) {
    this.broker = broker;
    this.namespace = namespace;
  }

  /**
   * A message as a program that knows nothing of Postbus reads and writes it.
   *
   * @param headers with the CloudEvents attributes, as {@code ce_<name>}
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Raw(byte[] body, Map<String, String> headers, @Nullable String contentType) {}

  /** The broker of this name, made if there is none. */
  public static MemoryBroker named(String name) {
    return named(name, "");
  }

  /**
   * The same, for programs of a namespace: what {@link #publish} sends has the topic's name without
   * it.
   */
  public static MemoryBroker named(String name, String namespace) {
    return new MemoryBroker(Broker.ALL.join(name), namespace);
  }

  /** Ends the broker as {@code kill -9} would; what it has stays. Drivers are down. */
  public void stop() {
    broker.stop();
  }

  /** Starts it again. */
  public void start() {
    broker.start();
  }

  /** Stops it and throws away its topics, groups and messages. */
  public void wipe() {
    broker.wipe();
  }

  /** Takes no messages from publishers, as a broker does that is short of memory. */
  public void block() {
    broker.block();
  }

  public void unblock() {
    broker.unblock();
  }

  /** Breaks the connections of the drivers with this setting {@code link}; they return at once. */
  public void cut(String link) {
    broker.breakLink(link, Break.CUT);
  }

  /** Breaks them, and refuses them until {@link #restore}. */
  public void down(String link) {
    broker.breakLink(link, Break.DOWN);
  }

  /**
   * Lets nothing through until {@link #restore}, so that the broker gives them up: as {@link
   * #down}, but a send that waits in vain ends as unknown.
   */
  public void stall(String link) {
    broker.breakLink(link, Break.STALL);
  }

  public void restore(String link) {
    broker.restoreLink(link);
  }

  /** The next sends, of any driver, end like this; those {@code UNKNOWN} do arrive. */
  public void failNext(int sends, Outcome as) {
    broker.failNext(sends, as);
  }

  /** The names of all groups, sorted. */
  public Set<String> groups() {
    return broker.routes.groups();
  }

  /** What the group has; nothing if it does not exist. */
  public Backlog backlog(String group) {
    GroupQueue queue = broker.routes.queue(group);
    return queue == null ? Backlog.NONE : queue.backlog();
  }

  /**
   * Publishes to a topic without regard to faults.
   *
   * @throws IllegalStateException if nothing takes it, or a group is full
   */
  public void publish(String topic, Raw raw) {
    Routes.Taken taken = broker.routes.toTopic(topic, message(plain(topic), raw));
    if (taken != Routes.Taken.YES) {
      throw new IllegalStateException("Publishing to " + topic + " ended as " + taken);
    }
  }

  /** Hands what is published to the topic from now on to the reader, on the publisher's thread. */
  public AutoCloseable read(String topic, Consumer<Raw> reader) {
    Consumer<Message> tap = m -> reader.accept(raw(m));
    Topic of = broker.routes.topic(topic);
    of.taps.add(tap);
    return () -> of.taps.remove(tap);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Broker.ALL.leave(broker.name);
    }
  }

  private String plain(String topic) {
    return topic.startsWith(namespace) ? topic.substring(namespace.length()) : topic;
  }

  private static Message message(String topic, Raw raw) {
    Message.Builder m =
        Message.received(topic, CloudEvents.UNKNOWN_TYPE)
            .id(MessageId.next())
            .contentType(raw.contentType)
            .body(raw.body);
    raw.headers.forEach(
        (name, value) -> {
          if (!name.startsWith(ATTRIBUTE_PREFIX)) {
            m.header(name, value);
          }
        });
    return CloudEvents.read(m, name -> raw.headers.get(ATTRIBUTE_PREFIX + name)).build();
  }

  private static Raw raw(Message m) {
    Map<String, String> headers = new LinkedHashMap<>();
    m.headers()
        .forEach(
            (name, value) -> {
              if (!CloudEvents.isAttributeHeader(name)) {
                headers.put(name, value);
              }
            });
    CloudEvents.write(m, (name, value) -> headers.put(ATTRIBUTE_PREFIX + name, value));
    return new Raw(m.payload(), headers, m.contentType());
  }
}
