package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Delayed;
import io.postbus.spi.Move;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nobody needs any more goes, and nothing else. */
class CleanerIT {
  @ParameterizedTest
  @EnumSource
  void removesWhatIsOverAndKeepsTheRest(Db db) throws Exception {
    Map<String, Object> plain =
        Nodes.with(db.fixture().settings(), "table-prefix", Nodes.unique("c" + System.nanoTime()));
    JdbcSettings settings = JdbcSettings.read(Settings.of(plain));
    Tables tables = new Tables(settings.tablePrefix(), settings.dialect());
    try (Database database = new Database(settings, "cleaner", Duration.ofSeconds(20))) {
      Schema schema = new Schema(database, tables, "cleaner");
      Access access = new Access(database, tables, "", Nodes.SHARDS, schema::migrate);
      Instant now = database.now();

      JdbcDedupStore dedup = new JdbcDedupStore(access);
      List<String> ids = IntStream.range(0, 500).mapToObj(n -> "id-" + n).toList();
      for (int group = 0; group < 3; group++) {
        dedup.complete("over-" + group, ids, now.minusSeconds(5));
      }
      dedup.complete("kept", ids, now.plusSeconds(600));

      JdbcLeaseStore leases = new JdbcLeaseStore(access);
      assertThat(leases.acquire("held", "a", Duration.ofMinutes(5))).isPresent();
      assertThat(leases.acquire("old", "a", Duration.ofMinutes(5))).isPresent();
      long longAgo = Micros.of(now.minus(Duration.ofDays(2)));
      database.write(
          c ->
              Sql.update(
                  c, "UPDATE " + tables.lease + " SET until_us = ? WHERE owner = 'a'", longAgo));
      assertThat(leases.acquire("held", "b", Duration.ofMinutes(5))).isPresent();

      JdbcDelayStore delays = new JdbcDelayStore(access);
      Delayed waiting = Nodes.entry(1, new byte[1], "waiting");
      Delayed late = Nodes.entry(2, new byte[1], "late").at(now.minus(Duration.ofDays(3)));
      Delayed gone = Nodes.entry(3, new byte[1], "gone").at(now.minus(Duration.ofDays(3)));
      Delayed deadGone = Nodes.entry(4, new byte[1], "dead").at(Slot.NEVER);
      delays.put(0, List.of(waiting, late, gone, deadGone));
      delays.move(0, List.of(Move.remove(gone.slot()), Move.remove(deadGone.slot())));

      try (Cleaner cleaner = new Cleaner(database, access, "cleaner")) {
        cleaner.cleanOnce();
      }

      assertThat(count(database, tables.done)).isEqualTo(500);
      assertThat(dedup.completed("kept", ids)).hasSize(500);
      assertThat(texts(database, "SELECT name FROM " + tables.lease)).contains("held");
      assertThat(texts(database, "SELECT name FROM " + tables.lease)).doesNotContain("old");
      assertThat(texts(database, "SELECT handle FROM " + tables.handle))
          .containsExactlyInAnyOrder("waiting", "late");
    }
  }

  private static long count(Database database, String table) {
    return database.read(
        (Connection c) ->
            Sql.row(c, "SELECT COUNT(*) FROM " + table, r -> r.getLong(1)).orElseThrow());
  }

  private static List<String> texts(Database database, String sql) {
    return database.read(c -> Sql.rows(c, sql, r -> Sql.text(r, 1)));
  }
}
