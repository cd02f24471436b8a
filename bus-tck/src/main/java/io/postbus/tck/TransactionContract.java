package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.Delayed;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import io.postbus.spi.UnsupportedCapabilityException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Entries and marks in the caller's transaction; a store that has none refuses them. */
abstract class TransactionContract extends StoreScene {
  TransactionContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void whatIsDeclaredStaysSo() {
    Store store = open();
    Set<StoreCapability> declared = store.capabilities();
    assertThat(open().capabilities()).isEqualTo(declared);
    assertThat(store.durability()).isNotNull();
    if (declared.contains(StoreCapability.SHARED)) {
      assertThat(declared).contains(StoreCapability.SHARED_MACHINE);
    }
  }

  @Test
  void entriesExistOnceTheTransactionCommits() throws SQLException {
    Store store = open();
    List<Delayed> entries = entries(3);
    if (!transactional(store)) {
      assertThatThrownBy(() -> store.delays().put(untouched(), shard(), entries))
          .isInstanceOf(UnsupportedCapabilityException.class);
      assertThat(readAll(store)).isEmpty();
      return;
    }
    try (Connection transaction = fixture.transaction()) {
      store.delays().put(transaction, shard(), entries);
      assertThat(readAll(store)).isEmpty();
      transaction.rollback();
      assertThat(readAll(store)).isEmpty();
      store.delays().put(transaction, shard(), entries);
      transaction.commit();
      assertThat(readAll(store)).isEqualTo(entries);
    }
  }

  @Test
  void aMarkIsMadeOnceAndWithTheTransaction() throws SQLException {
    Store store = open();
    String group = name("group");
    Instant until = store.now().plusSeconds(86_400);
    if (!transactional(store)) {
      assertThatThrownBy(() -> store.dedup().completeIn(untouched(), group, "1", until))
          .isInstanceOf(UnsupportedCapabilityException.class);
      return;
    }
    try (Connection transaction = fixture.transaction()) {
      assertThat(store.dedup().completeIn(transaction, group, "1", until)).isTrue();
      transaction.rollback();
      assertThat(store.dedup().completed(group, List.of("1"))).isEmpty();
      assertThat(store.dedup().completeIn(transaction, group, "1", until)).isTrue();
      assertThat(store.dedup().completeIn(transaction, group, "1", until)).isFalse();
      transaction.commit();
    }
    assertThat(store.dedup().completed(group, List.of("1"))).containsExactly("1");
    try (Connection transaction = fixture.transaction()) {
      assertThat(store.dedup().completeIn(transaction, group, "1", until)).isFalse();
      transaction.rollback();
    }
  }

  private static boolean transactional(Store store) {
    return store.capabilities().contains(StoreCapability.TRANSACTIONAL);
  }

  /** A connection that must not be used. */
  private static Connection untouched() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              throw new AssertionError("The store touched the connection by " + method);
            });
  }
}
