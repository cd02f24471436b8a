package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Store;
import io.postbus.spi.StoreException;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.MariaDbBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are not to be had. */
class PoolIT {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final String WRONG = "a-wrong-password";

  @ParameterizedTest
  @EnumSource
  void anExhaustedPoolIsAClearErrorInTime(Db db) throws Exception {
    JdbcSettings settings =
        JdbcSettings.read(
            io.postbus.spi.Settings.of(
                Nodes.with(db.fixture().settings(), "pool", Map.of("max", 2, "timeout", "1s"))));
    CountDownLatch taken = new CountDownLatch(2);
    CountDownLatch done = new CountDownLatch(1);
    ExecutorService holders = Executors.newFixedThreadPool(2);
    try (Database database = new Database(settings, "pool", Duration.ofSeconds(20))) {
      for (int n = 0; n < 2; n++) {
        holders.execute(
            () ->
                database.read(
                    c -> {
                      taken.countDown();
                      return await(done);
                    }));
      }
      assertThat(await(taken)).isTrue();
      long start = System.nanoTime();
      StoreException failure = catchThrowableOfType(StoreException.class, database::now);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(failure).isNotNull().hasMessageContainingAll("2 connections", "pool.max");
      assertThat(failure.retryable()).isTrue();
      done.countDown();
      assertThat(database.now()).isNotNull();
    } finally {
      done.countDown();
      holders.shutdownNow();
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordIsToldInTimeAndNotShown(Db db) {
    try (Store right = Nodes.open(db.fixture().settings())) {
      assertThat(right.now()).isNotNull();
      Map<String, Object> wrong = Nodes.with(db.fixture().settings(), "password", WRONG);
      try (Store store = Nodes.open(wrong, SHORT)) {
        long start = System.nanoTime();
        ConnectionException failure = catchThrowableOfType(ConnectionException.class, store::now);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(failure).isNotNull().hasMessageContaining("No connection to");
        assertThat(everythingSaid(failure)).doesNotContain(WRONG);
      }
    }
  }

  private static String everythingSaid(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** As with ${file:…}: the source is read anew, and the store never told. */
  @Test
  void aRotatedPasswordIsFoundAtTheNextConnection() {
    MariaDbBroker db = MariaDbBroker.shared();
    db.sql(
        "CREATE OR REPLACE USER rotating@'%' IDENTIFIED BY 'before';"
            + "GRANT ALL ON *.* TO rotating@'%'");
    AtomicReference<String> password = new AtomicReference<>("before");
    Supplier<String> source = password::get;
    Map<String, Object> settings =
        Map.of("url", db.jdbcUrl(), "username", "rotating", "password", source);
    try (Store store = Nodes.open(settings, SHORT)) {
      assertThat(store.now()).isNotNull();
      db.sql("ALTER USER rotating@'%' IDENTIFIED BY 'after'; KILL USER rotating");
      Eventually within = Eventually.within(Duration.ofSeconds(20));
      within.until("it is refused", () -> refused(store));
      password.set("after");
      within.until("it connects again", () -> store.now() != null);
    } finally {
      db.sql("DROP USER rotating@'%'");
    }
  }

  private static boolean refused(Store store) {
    BusException failure = catchThrowableOfType(BusException.class, store::now);
    return failure != null && failure.toString().contains("Access denied");
  }
}
