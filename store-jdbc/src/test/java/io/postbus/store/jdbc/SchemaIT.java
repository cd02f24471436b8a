package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Store;
import io.postbus.spi.StoreSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables of a prefix of their own: to the store it is as if the database were empty. */
class SchemaIT {
  private final String prefix = "t" + UUID.randomUUID().toString().substring(0, 8) + "_";

  private Map<String, Object> settings(Db db) {
    return Nodes.with(db.fixture().settings(), "table-prefix", prefix);
  }

  private void execute(Db db, String statements) throws SQLException {
    try (Connection c = db.fixture().transaction();
        Statement s = c.createStatement()) {
      for (String one : statements.split(";\\s*", -1)) {
        if (!one.isBlank()) {
          s.execute(one);
        }
      }
      c.commit();
    }
  }

  private static void works(Map<String, Object> settings) {
    try (Store store = Nodes.open(settings)) {
      store.delays().put(0, List.of(Nodes.entry(1)));
      assertThat(store.delays().count(DelayedQuery.ALL)).isEqualTo(1);
    }
  }

  private static void refuses(Map<String, Object> settings, String... why) {
    try (Store store = Nodes.open(settings)) {
      for (int times = 0; times < 2; times++) {
        assertThatThrownBy(() -> store.delays().put(0, List.of(Nodes.entry(1))))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContainingAll(why);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void eightNodesMakeTheTablesOfAnEmptyDatabaseAtOnce(Db db) throws Exception {
    List<Store> nodes = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> first = new ArrayList<>();
      for (int n = 0; n < 8; n++) {
        Store node = Nodes.open(settings(db));
        nodes.add(node);
        int number = n;
        first.add(
            () -> {
              node.delays().put(0, List.of(Nodes.entry(number)));
              return true;
            });
      }
      for (var one : threads.invokeAll(first, 60, TimeUnit.SECONDS)) {
        assertThat(one.get()).isTrue();
      }
      assertThat(nodes.get(0).delays().count(DelayedQuery.ALL)).isEqualTo(8);
    } finally {
      threads.shutdownNow();
      nodes.forEach(Store::close);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatItPrintsIsWhatItNeeds(Db db) throws SQLException {
    try (StoreSchema schema = Nodes.schema(settings(db))) {
      assertThat(schema.present()).isZero();
      execute(db, schema.script());
      assertThat(schema.present()).isEqualTo(schema.needed());
    }
    works(Nodes.with(settings(db), "migrate", "verify"));
  }

  @ParameterizedTest
  @EnumSource
  void aMigrationThatStoppedHalfwayIsTakenUp(Db db) throws SQLException {
    try (StoreSchema schema = Nodes.schema(settings(db))) {
      String script = schema.script();
      execute(db, script.substring(0, script.lastIndexOf("CREATE TABLE")));
      assertThat(schema.present()).isZero();
      schema.migrate();
      schema.migrate();
      assertThat(schema.present()).isEqualTo(schema.needed());
    }
    works(Nodes.with(settings(db), "migrate", "verify"));
  }

  @ParameterizedTest
  @EnumSource
  void missingTablesAreNotMadeUnlessItMay(Db db) {
    refuses(Nodes.with(settings(db), "migrate", "verify"), "not in", "migrate: auto");
    refuses(Nodes.with(settings(db), "migrate", "off"), "not in", "migrate: auto");
    works(settings(db));
    works(Nodes.with(settings(db), "migrate", "off"));
  }

  @ParameterizedTest
  @EnumSource
  void anotherVersionIsRefusedOrMigrated(Db db) throws SQLException {
    works(settings(db));
    execute(db, "UPDATE " + prefix + "schema SET version = 99");
    refuses(settings(db), "version 99", "newer");
    refuses(Nodes.with(settings(db), "migrate", "verify"), "version 99");
    execute(db, "UPDATE " + prefix + "schema SET version = 0");
    refuses(Nodes.with(settings(db), "migrate", "verify"), "postbus db migrate");
    works(settings(db));
    works(Nodes.with(settings(db), "migrate", "verify"));
  }
}
