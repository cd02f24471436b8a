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
  /** MySQL, MariaDB: duplicate key. */
  private static final int MYSQL_DUPLICATE = 1062;

  /** H2: the file is open in another process, the database is closed or was closed under us. */
  private static final Set<Integer> H2_CONNECTION = Set.of(90020, 90067, 90098, 90121, 90108);

  private JdbcErrors() {}

  static BusException translate(SQLException e) {
    String text = "The database said: " + e.getMessage();
    if (connection(e)) {
      return new ConnectionException(text, e);
    }
    if (missingTable(e)) {
      return new ConfigurationException(
          "The store's tables are not there: "
              + e.getMessage()
              + "; let the store make them (migrate: auto), or make them from its schema",
          e);
    }
    return new StoreException(text, repeatable(e), e);
  }

  /** Whether the whole transaction may be run again: nothing of it has been done. */
  static boolean repeatable(SQLException e) {
    String state = state(e);
    // Lock wait timeout of MySQL and H2 come under states of their own.
    return state.startsWith("40") || state.equals("55P03") || e.getErrorCode() == 1205 || e.getErrorCode() == 50200;
  }

  /** Whether a key was taken. */
  static boolean duplicate(SQLException e) {
    return state(e).startsWith("23") && (state(e).equals("23505") || e.getErrorCode() == MYSQL_DUPLICATE);
  }

  private static boolean connection(SQLException e) {
    return e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLRecoverableException
        || e instanceof SQLTimeoutException
        || state(e).startsWith("08")
        || state(e).startsWith("57P")
        || state(e).startsWith("53")
        || H2_CONNECTION.contains(e.getErrorCode());
  }

  private static boolean missingTable(SQLException e) {
    String state = state(e);
    return state.equals("42S02") || state.equals("42P01") || state.equals("42S03") || state.equals("42S04");
  }

  private static String state(SQLException e) {
    return e.getSQLState() == null ? "" : e.getSQLState();
  }
}
