package io.postbus.store.jdbc;

import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.StoreException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** Makes our errors of the database's; the only place that knows theirs. */
final class JdbcErrors {
  private static final int MYSQL_DUPLICATE = 1062;

  /** MySQL: lock wait timeout, too many transactions; H2: lock timeout, change by another. */
  private static final Set<Integer> REPEATABLE = Set.of(1205, 1637, 50200, 90131);

  /**
   * MySQL: read-only, as a primary is that has become a replica. H2: in use, broken, closed, closed
   * under us, being closed.
   */
  private static final Set<Integer> CONNECTION =
      Set.of(1290, 1792, 1836, 90020, 90067, 90098, 90121, 90108, 90007, 90031);

  private static final String POSTGRES_READ_ONLY = "25006";

  /** MySQL, and what its drivers say before they send it. */
  private static final int MYSQL_TOO_LARGE = 1153;

  private JdbcErrors() {}

  static BusException translate(SQLException e, String place) {
    String text = "The database " + place + " said: " + e.getMessage();
    if (tooLarge(e)) {
      return new StoreException(
          text + "; the message is too large for it: raise its max_allowed_packet", false, e);
    }
    if (connection(e)) {
      return new ConnectionException(text, e);
    }
    if (missingTable(e)) {
      return missing(place, e);
    }
    return new StoreException(text, repeatable(e), e);
  }

  static ConfigurationException missing(String place, SQLException cause) {
    return new ConfigurationException(
        "The store's tables are not in "
            + place
            + " ("
            + cause.getMessage()
            + "): make them by postbus db migrate, or let the store make them by migrate: auto",
        cause);
  }

  /** Whether the whole transaction may be run again: nothing of it has been done. */
  static boolean repeatable(SQLException e) {
    return state(e).startsWith("40")
        || state(e).equals("55P03")
        || REPEATABLE.contains(e.getErrorCode());
  }

  /** A repeatable error of our own: what was found has changed in between. */
  static SQLException overtaken() {
    return new SQLException("Another transaction was faster", "40001");
  }

  /** Whether a key was taken. */
  static boolean duplicate(SQLException e) {
    return state(e).equals("23505") || e.getErrorCode() == MYSQL_DUPLICATE;
  }

  /** Whether somebody else is making the same table at this moment, in PostgreSQL. */
  static boolean madeMeanwhile(SQLException e) {
    return duplicate(e) || state(e).equals("42P07") || state(e).equals("42710");
  }

  static boolean missingTable(SQLException e) {
    return Set.of("42S02", "42P01", "42S03", "42S04").contains(state(e));
  }

  /** Whether it is the connection's fault; another one may do. */
  static boolean connection(SQLException e) {
    return e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLRecoverableException
        || e instanceof SQLTimeoutException
        || state(e).startsWith("08")
        || state(e).startsWith("28")
        || state(e).startsWith("57P")
        || state(e).startsWith("53")
        || state(e).equals(POSTGRES_READ_ONLY)
        || CONNECTION.contains(e.getErrorCode());
  }

  private static boolean tooLarge(SQLException e) {
    return e.getErrorCode() == MYSQL_TOO_LARGE
        || String.valueOf(e.getMessage()).contains("max_allowed_packet");
  }

  private static String state(SQLException e) {
    return e.getSQLState() == null ? "" : e.getSQLState();
  }
}
