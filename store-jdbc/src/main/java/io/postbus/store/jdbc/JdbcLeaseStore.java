package io.postbus.store.jdbc;

import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Leases as rows, by the database's clock. A row stays when its lease ends, and with it the epoch,
 * until the clock has long left that behind. Thread-safe.
 */
final class JdbcLeaseStore implements LeaseStore {
  private static final String ROW = " WHERE space = ? AND name = ?";

  private final Access access;
  private final String table;
  private final String now;
  private final String select;

  JdbcLeaseStore(Access access) {
    this.access = access;
    this.table = access.tables().lease;
    this.now = access.dialect().nowMicros();
    this.select =
        "SELECT name, owner, epoch, until_us, until_us > " + now + (" FROM " + table + " ");
  }

  /** A lease as it stands. */
  private record Found(Lease lease, boolean held) {
    static Found read(ResultSet r) throws SQLException {
      return new Found(
          new Lease(Sql.text(r, 1), r.getString(2), r.getLong(3), Micros.instant(r.getLong(4))),
          r.getBoolean(5));
    }
  }

  private Optional<Found> find(Connection c, Space space, String name) throws SQLException {
    return Sql.row(c, select + ROW, Found::read, space.id(), name);
  }

  @Override
  public Optional<Lease> acquire(String name, String owner, Duration ttl) {
    String add =
        "INSERT INTO %s (owner, epoch, until_us, space, name) VALUES (?, %s, %s + ?, ?, ?)"
            .formatted(table, now, now);
    String take =
        "UPDATE %s SET owner = ?, epoch = GREATEST(epoch + 1, %s), until_us = %s + ? %s AND until_us <= %s"
            .formatted(table, now, now, ROW, now);
    return access.write(
        (c, space) -> {
          Optional<Found> before = find(c, space, name);
          if (before.isPresent() && before.get().held) {
            return Optional.empty();
          }
          Object[] values = {owner, Micros.of(ttl), space.id(), name};
          boolean won =
              before.isPresent()
                  ? Sql.update(c, take, values) > 0
                  : Sql.add(c, access.dialect(), add, values);
          return won ? find(c, space, name).map(Found::lease) : Optional.empty();
        });
  }

  @Override
  public Optional<Lease> renew(Lease lease, Duration ttl) {
    String sql =
        "UPDATE %s SET until_us = %s + ? %s AND epoch = ? AND until_us > %s"
            .formatted(table, now, ROW, now);
    return access.write(
        (c, space) ->
            Sql.update(c, sql, Micros.of(ttl), space.id(), lease.name(), lease.epoch()) > 0
                ? find(c, space, lease.name()).map(Found::lease)
                : Optional.empty());
  }

  @Override
  public void release(Lease lease) {
    String sql =
        "UPDATE %s SET until_us = %s %s AND epoch = ? AND until_us > %s"
            .formatted(table, now, ROW, now);
    access.write((c, space) -> Sql.update(c, sql, space.id(), lease.name(), lease.epoch()));
  }

  @Override
  public List<Lease> list(String prefix) {
    return access
        .read((c, space) -> Sql.rows(c, select + "WHERE space = ?", Found::read, space.id()))
        .stream()
        .filter(found -> found.held && found.lease.name().startsWith(prefix))
        .map(Found::lease)
        .sorted(Comparator.comparing(Lease::name))
        .toList();
  }
}
