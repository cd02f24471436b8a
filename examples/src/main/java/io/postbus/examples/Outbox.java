package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.BusBuilder;
import io.postbus.Delivery;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A message that is sent if, and only if, the transaction commits that it belongs to; and a handler
 * whose effect is in the database once, however often it gets the message.
 */
public final class Outbox {
  /** Lives as long as a connection to it does. */
  private static final String DATABASE = "jdbc:h2:mem:shop";

  private Outbox() {}

  public static void main(String[] args) throws SQLException, InterruptedException {
    CountDownLatch billed = new CountDownLatch(2);
    try (Connection shop = DriverManager.getConnection(DATABASE);
        Bus bus = bus().open()) {
      execute(shop, "CREATE TABLE orders (id VARCHAR(20) PRIMARY KEY)");
      execute(shop, "CREATE TABLE bills (order_id VARCHAR(20))");
      shop.setAutoCommit(false);
      bus.subscribe(
          Subscription.group("billing").topics("orders").concurrency(1),
          delivery -> {
            bill(delivery);
            billed.countDown();
          });

      place(bus, shop, "o-1");
      shop.commit();
      place(bus, shop, "o-2");
      shop.rollback();
      place(bus, shop, "o-3");
      shop.commit();

      if (!billed.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Not all were billed");
      }
    }
  }

  /** The bus's tables are in the application's database. */
  private static BusBuilder bus() {
    return Bus.builder()
        .set(Map.of("driver", "memory", "store.type", "jdbc", "store.url", DATABASE));
  }

  private static void place(Bus bus, Connection shop, String id) throws SQLException {
    execute(shop, "INSERT INTO orders VALUES ('" + id + "')");
    Message placed = Message.of("orders", "OrderPlaced", id).key(id);
    bus.publish(placed, Publish.inTransaction(shop));
    System.out.println("placed " + id);
  }

  private static void bill(Delivery delivery) throws SQLException {
    try (Connection shop = DriverManager.getConnection(DATABASE)) {
      shop.setAutoCommit(false);
      execute(shop, "INSERT INTO bills VALUES ('" + delivery.text() + "')");
      if (delivery.completeIn(shop)) {
        shop.commit();
        System.out.println("billed " + delivery.text());
      } else {
        shop.rollback();
      }
    }
  }

  private static void execute(Connection c, String sql) throws SQLException {
    try (Statement s = c.createStatement()) {
      s.execute(sql);
    }
  }
}
