package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Entries that somebody has spoilt, or that a newer version has written. */
class UnreadableTest {
  private static final List<byte[]> SPOILT =
      List.of(
          new byte[0],
          new byte[] {99, 1, 2, 3},
          new byte[] {1, 0, 0, 0, 1, 'X'},
          new byte[] {1, -1, -1, -1, -1},
          new byte[] {1, 127, -1, -1, -1, 0},
          timeOutOfRange());

  private final String url = "jdbc:h2:mem:" + Nodes.unique("unreadable") + ";DB_CLOSE_DELAY=-1";

  @Test
  void areLeftWhereTheyAreAndHoldBackNoOther() throws SQLException {
    try (Store store = Nodes.open(Map.of("url", url))) {
      List<Delayed> all = IntStream.range(0, 10).mapToObj(Nodes::entry).toList();
      store.delays().put(0, all);
      for (int i = 0; i < SPOILT.size(); i++) {
        spoil("id-" + i, SPOILT.get(i));
      }
      List<Delayed> rest = all.subList(SPOILT.size(), all.size());
      List<Slot> slots = all.stream().map(Delayed::slot).toList();

      assertThat(ids(store.delays().get(0, slots))).isEqualTo(ids(rest));
      assertThat(ids(store.delays().read(0, Slot.MIN, slots.get(9), 100))).isEqualTo(ids(rest));
      assertThat(ids(store.delays().find(DelayedQuery.ALL, null, 100).entries()))
          .isEqualTo(ids(rest));
      assertThat(store.delays().slots(0, Slot.MIN, slots.get(9), 100)).isEqualTo(slots);
    }
  }

  private static List<String> ids(List<Delayed> entries) {
    return entries.stream().map(d -> d.message().id()).toList();
  }

  /** All is well up to the time of its message. */
  private static byte[] timeOutOfRange() {
    ByteBuffer body = ByteBuffer.allocate(200).put((byte) 1);
    text(body, "DELAY").put((byte) 0);
    text(body, "topic").putInt(1).putInt(-1).put((byte) 0);
    text(text(text(body, "topic"), "Type"), "id").putLong(Long.MAX_VALUE).putInt(0);
    return body.array();
  }

  private static ByteBuffer text(ByteBuffer body, String text) {
    return body.putInt(text.length()).put(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void spoil(String id, byte[] body) throws SQLException {
    String sql = "UPDATE postbus_entry SET body = ? WHERE message_id = ?";
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.setBytes(1, body);
      update.setString(2, id);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }
}
