package io.postbus.store.jdbc;

import io.postbus.testbrokers.MariaDbBroker;
import java.net.InetSocketAddress;

/** Addresses for drivers that are not the database's own. */
final class Urls {
  private Urls() {}

  /** MariaDB by MySQL's driver. */
  static String mysql(MariaDbBroker database, InetSocketAddress by) {
    return database
        .jdbcUrl(by)
        .replace("jdbc:mariadb:", "jdbc:mysql:")
        .replaceFirst("[?].*", "?sslMode=DISABLED");
  }
}
