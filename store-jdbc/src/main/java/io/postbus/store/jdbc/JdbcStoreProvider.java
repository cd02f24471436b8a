package io.postbus.store.jdbc;

import io.postbus.spi.Settings;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreProvider;

/** Opens the store {@code jdbc}. */
public final class JdbcStoreProvider implements StoreProvider {
  @Override
  public String name() {
    return "jdbc";
  }

  @Override
  public void check(Settings settings) {
    JdbcSettings.read(settings);
  }

  @Override
  public Store open(Settings settings, StoreContext context) {
    JdbcSettings read = JdbcSettings.read(settings);
    settings.check();
    return new JdbcStore(read, context);
  }
}
