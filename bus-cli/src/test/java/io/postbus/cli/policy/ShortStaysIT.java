package io.postbus.cli.policy;

import static io.postbus.cli.policy.Nodes.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.postbus.Bus;
import io.postbus.Subscription;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Members of a bus that stays open come and go, with work and without, on every broker. */
class ShortStaysIT {
  private static final int ROUNDS = 6;

  /** Pools breathe. */
  private static final int MORE_THREADS = 8;

  private final Logger runtime = (Logger) LoggerFactory.getLogger("io.postbus.runtime.consume");
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @TempDir Path folder;
  private Nodes nodes;

  @BeforeEach
  void listen() {
    said.start();
    runtime.addAppender(said);
  }

  @AfterEach
  void close() {
    runtime.detachAppender(said);
    nodes.close();
  }

  @ParameterizedTest
  @EnumSource
  void leaveNoThreadBehindAndGiveNoFalseAlarm(Brokers broker) {
    nodes = new Nodes(folder, broker);
    Bus bus = nodes.open();
    leaveAtOnce(bus);
    work(bus, 0);
    int before = Thread.activeCount();
    for (int round = 1; round <= ROUNDS; round++) {
      leaveAtOnce(bus);
    }
    work(bus, 1);
    SOON.until(
        "no more threads than " + before, () -> Thread.activeCount() <= before + MORE_THREADS);
    assertThat(said.list)
        .filteredOn(e -> e.getLevel().isGreaterOrEqual(Level.WARN))
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEmpty();
  }

  private static void leaveAtOnce(Bus bus) {
    bus.subscribe(group(), d -> {}).close();
  }

  private static void work(Bus bus, int round) {
    Set<String> done = ConcurrentHashMap.newKeySet();
    try (var member = bus.subscribe(group(), d -> done.add(d.text()))) {
      assertThat(member.health()).isNotNull();
      Nodes.publish(bus, 10 * round, 10 * round + 10);
      SOON.until("all is handled", () -> done.size() == 10);
    }
  }

  private static Subscription group() {
    return Subscription.group("g").topics(Nodes.TOPIC);
  }
}
