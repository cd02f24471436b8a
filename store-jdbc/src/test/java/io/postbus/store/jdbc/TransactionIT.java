package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Store;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In the caller's transaction, as far as the contract does not say it for every store. */
class TransactionIT {
  @ParameterizedTest
  @EnumSource
  void aConnectionInAutoCommitModeIsRefused(Db db) throws Exception {
    try (Store store = Nodes.open(db.fixture().settings());
        Connection c = db.fixture().transaction()) {
      c.setAutoCommit(true);
      assertThatThrownBy(() -> store.delays().put(c, 0, List.of(Nodes.entry(1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("auto-commit");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionToAnotherDatabaseIsRefused(Db db) throws Exception {
    Db other = db == Db.H2 ? Db.POSTGRESQL : Db.H2;
    Map<String, Object> settings =
        Nodes.with(db.fixture().settings(), "table-prefix", Nodes.unique("elsewhere"));
    try (Store store = Nodes.open(settings);
        Connection c = other.fixture().transaction()) {
      assertThatThrownBy(() -> store.delays().put(c, 0, List.of(Nodes.entry(1))))
          .isInstanceOf(ConfigurationException.class);
      c.rollback();
      assertThat(store.delays().count(DelayedQuery.ALL)).isZero();
    }
  }

  /** The second waits for the first, and is told by its end. */
  @ParameterizedTest
  @EnumSource
  void ofTwoTransactionsThatMarkAtOnceOneDoes(Db db) throws Exception {
    for (boolean commits : new boolean[] {true, false}) {
      String group = Nodes.unique("group") + System.nanoTime();
      try (Store store = Nodes.open(db.fixture().settings());
          Connection first = db.fixture().transaction();
          Connection second = db.fixture().transaction()) {
        var until = store.now().plusSeconds(60);
        assertThat(store.dedup().completeIn(first, group, "1", until)).isTrue();
        CompletableFuture<Boolean> waiting =
            CompletableFuture.supplyAsync(
                () -> store.dedup().completeIn(second, group, "1", until));
        if (commits) {
          first.commit();
        } else {
          first.rollback();
        }
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(!commits);
        second.commit();
        assertThat(store.dedup().completed(group, List.of("1"))).containsExactly("1");
      }
    }
  }
}
