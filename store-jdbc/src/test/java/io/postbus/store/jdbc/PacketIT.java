package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Store;
import io.postbus.spi.StoreException;
import io.postbus.testbrokers.MariaDbBroker;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that takes little at a time, and closes the connection over more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // the database is started before all tests
class PacketIT {
  private static final int MB = 1 << 20;
  private MariaDbBroker database;

  @BeforeAll
  void start() {
    database = MariaDbBroker.open(Map.of("max_allowed_packet", "2M"));
  }

  @AfterAll
  void close() {
    database.close();
  }

  private Store open(String driver) {
    String url =
        driver.equals("mysql") ? Urls.mysql(database, database.endpoint()) : database.jdbcUrl();
    return Nodes.open(
        Map.of(
            "url",
            url,
            "username",
            database.username(),
            "password",
            database.password(),
            "table-prefix",
            Nodes.unique(driver)));
  }

  private static byte[] filled(int size, char with) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  /** The worst there is: each byte of the payload takes two. */
  @ParameterizedTest
  @ValueSource(strings = {"mariadb", "mysql"})
  void aBatchThatIsLargerGoesInPortions(String driver) {
    try (Store store = open(driver)) {
      byte[] payload = filled(20_000, '\'');
      store
          .delays()
          .put(0, IntStream.range(0, 500).mapToObj(n -> Nodes.entry(n, payload, null)).toList());
      assertThat(store.delays().count(DelayedQuery.ALL)).isEqualTo(500);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mariadb", "mysql"})
  void aMessageThatIsLargerIsRefusedForGood(String driver) {
    try (Store store = open(driver)) {
      refuses(store, filled(3 * MB, 'x'));
      refuses(store, filled(MB, '\''));
      store.delays().put(1, List.of(Nodes.entry(1, filled(1_000_000, 'x'), null)));
    }
  }

  private static void refuses(Store store, byte[] payload) {
    StoreException failure =
        catchThrowableOfType(
            StoreException.class,
            () -> store.delays().put(1, List.of(Nodes.entry(0, payload, null))));
    assertThat(failure).isNotNull().hasMessageContaining("max_allowed_packet");
    assertThat(failure.retryable()).isFalse();
  }
}
