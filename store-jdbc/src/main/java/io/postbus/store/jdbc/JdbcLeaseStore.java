package io.postbus.store.jdbc;

import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Leases as rows, by the database's clock. A row stays when its lease ends, and with it the epoch,
 * until the clock has left every epoch behind that it can have had. Thread-safe.
 */
final class JdbcLeaseStore implements LeaseStore {
  private final Access access;
  private final String held;
  private final String take;
  private final String add;
  private final String renew;
  private final String release;

  JdbcLeaseStore(Access access) {
    this.access = access;
    String now = access.dialect().nowMicros();
    String table = access.tables().lease;
    String row = " WHERE space = ? AND name = ?";
    this.held = "SELECT name, owner, epoch, until_us, until_us > %s FROM %s".formatted(now, table);
    this.take =
        ("UPDATE %s SET owner = ?, epoch = GREATEST(epoch + 1, %s), until_us = %s + ?" + row)
                .formatted(table, now, now)
            + " AND until_us <= "
            + now;
    this.add =
        "INSERT INTO %s (owner, epoch, until_us, space, name) VALUES (?, %s, %s + ?, ?, ?)"
            .formatted(table, now, now);
    this.renew =
        ("UPDATE %s SET until_us = %s + ?" + row + " AND epoch = ? AND owner = ?")
                .formatted(table, now)
            + " AND until_us > "
            + now;
    this.release =
        ("UPDATE %s SET until_us = %s" + row + " AND epoch = ? AND until_us > %s")
            .formatted(table, now, now);
  }

  @Override
  public Optional<Lease> acquire(String name, String owner, Duration ttl) {
    return access.write(
        (c, space) -> {
          Optional<Row> row = find(c, space, name);
          if (row.isPresent() && row.get().held) {
            return Optional.empty();
          }
          String sql = row.isPresent() ? take : add;
          return taken(c, sql, owner, Micros.of(ttl), space.id(), name)
              ? find(c, space, name).map(Row::lease)
              : Optional.empty();
        });
  }

  @Override
  public Optional<Lease> renew(Lease lease, Duration ttl) {
    return access.write(
        (c, space) ->
            update(c, renew, Micros.of(ttl), space.id(), lease.name(), lease.epoch(), lease.owner())
                ? find(c, space, lease.name()).map(Row::lease)
                : Optional.empty());
  }

  @Override
  public void release(Lease lease) {
    access.write((c, space) -> update(c, release, space.id(), lease.name(), lease.epoch()));
  }

  @Override
  public List<Lease> list(String prefix) {
    return access.read(
        (c, space) -> {
          List<Lease> found = new ArrayList<>();
          for (Row row : rows(c, held + " WHERE space = ?", space.id())) {
            if (row.held && row.lease.name().startsWith(prefix)) {
              found.add(row.lease);
            }
          }
          found.sort(Comparator.comparing(Lease::name));
          return found;
        });
  }

  private record Row(Lease lease, boolean held) {}

  private Optional<Row> find(Connection c, Space space, String name) throws SQLException {
    return rows(c, held + " WHERE space = ? AND name = ?", space.id(), name).stream().findFirst();
  }

  private static List<Row> rows(Connection c, String sql, Object... values) throws SQLException {
    try (PreparedStatement ps = Sql.prepare(c, sql, values)) {
      ResultSet r = ps.executeQuery();
      List<Row> all = new ArrayList<>();
      while (r.next()) {
        Lease lease =
            new Lease(Sql.text(r, 1), r.getString(2), r.getLong(3), Micros.instant(r.getLong(4)));
        all.add(new Row(lease, r.getBoolean(5)));
      }
      return all;
    }
  }

  /** Whether it was not somebody else who took it, or added it. */
  private boolean taken(Connection c, String sql, Object... values) throws SQLException {
    try {
      return update(c, sql, values);
    } catch (SQLException e) {
      if (!JdbcErrors.duplicate(e)) {
        throw e;
      }
      c.rollback();
      return false;
    }
  }

  private static boolean update(Connection c, String sql, Object... values) throws SQLException {
    try (PreparedStatement ps = Sql.prepare(c, sql, values)) {
      return ps.executeUpdate() == 1;
    }
  }
}
