package io.postbus.faults.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.bus.BusSetup;
import io.postbus.tck.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;

/** Entries of the store that somebody has spoilt harm no other entry. */
class CorruptStoreTest {
  private static final int GOOD = 30;
  private static final int SPOILT = 20;

  private final Random random = new Random(1);
  private final String name = "corrupt" + Long.toString(random.nextLong() >>> 1, 36);
  private final String url = "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1";
  private final Set<String> handled = new ConcurrentSkipListSet<>();
  private final Set<String> good = new TreeSet<>();

  @Test
  void whatCannotBeReadHoldsBackNobody() throws SQLException {
    try (Bus bus = open();
        var consuming =
            bus.subscribe(
                Subscription.group("g").topics("t"), d -> handled.add(d.message().id()))) {
      for (int i = 0; i < GOOD + SPOILT; i++) {
        Message message = Message.of("t", "event", "x").key("key " + i % 7);
        bus.publish(message, Publish.after(Duration.ofMillis(1_500)).handle(message.id()));
        if (i % 5 < 2) {
          spoil(message.id());
        } else {
          good.add(message.id());
        }
      }
      Eventually.within(Duration.ofSeconds(20))
          .until("the others are handled", () -> handled.containsAll(good));

      Message later = Message.of("t", "event", "later");
      bus.publish(later, Publish.after(Duration.ofMillis(200)));
      good.add(later.id());
      Eventually.within(Duration.ofSeconds(20))
          .until("so is what comes later", () -> handled.containsAll(good));

      assertThat(handled).containsExactlyInAnyOrderElementsOf(good);
      assertThat(consuming.health().state()).isEqualTo(State.RUNNING);
      assertThat(bus.health().live()).isTrue();
    }
  }

  private Bus open() {
    return new BusSetup()
        .isolated()
        .set("driver", "memory")
        .set("drivers.memory.name", MessageId.next())
        .set("store.type", "jdbc")
        .set("store.url", url)
        .open();
  }

  private void spoil(String id) throws SQLException {
    byte[] body = new byte[random.nextInt(200)];
    random.nextBytes(body);
    if (body.length > 0 && random.nextBoolean()) {
      body[0] = 1;
    }
    String sql = "UPDATE postbus_entry SET body = ? WHERE message_id = ?";
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.setBytes(1, body);
      update.setString(2, id);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }
}
