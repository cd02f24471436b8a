package io.postbus.store.jdbc;

import io.postbus.spi.StoreProvider;
import io.postbus.tck.Link;
import io.postbus.tck.ServerFaults;
import io.postbus.tck.ServerStoreFixture;
import io.postbus.testbrokers.Database;
import io.postbus.testbrokers.TcpProxy;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A database server of its own, by one of the drivers for it. */
final class ServerFixture implements ServerStoreFixture {
  private final Database database;
  private final Function<InetSocketAddress, String> url;
  private final JdbcFixture jdbc;

  /** Closes the database at the end. */
  ServerFixture(Database database, Function<InetSocketAddress, String> url) {
    this.database = database;
    this.url = url;
    this.jdbc = fixture(database.endpoint());
  }

  private JdbcFixture fixture(InetSocketAddress by) {
    return new JdbcFixture(url.apply(by), database.username(), database.password());
  }

  @Override
  public StoreProvider provider() {
    return jdbc.provider();
  }

  @Override
  public Map<String, Object> settings() {
    return jdbc.settings();
  }

  @Override
  public Map<String, Object> invalidSettings() {
    return jdbc.invalidSettings();
  }

  @Override
  public Set<String> secrets() {
    return jdbc.secrets();
  }

  @Override
  public Connection transaction() throws SQLException {
    return jdbc.transaction();
  }

  @Override
  public Link link() {
    return new ProxyLink();
  }

  @Override
  public ServerFaults faults() {
    return new ServerFaults() {
      @Override
      public void kill() {
        database.kill();
      }

      @Override
      public void start() {
        database.start();
      }
    };
  }

  @Override
  public void close() {
    database.close();
  }

  private final class ProxyLink implements Link {
    private final TcpProxy proxy = TcpProxy.to(database.endpoint());

    @Override
    public Map<String, Object> settings() {
      return fixture(proxy.endpoint()).settings();
    }

    @Override
    public void cut() {
      proxy.cut();
    }

    @Override
    public void down() {
      proxy.refuse();
      proxy.cut();
    }

    @Override
    public void stall() {
      proxy.stall();
    }

    @Override
    public void restore() {
      proxy.resume();
    }

    @Override
    public void close() {
      proxy.close();
    }
  }
}
