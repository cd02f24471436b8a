package io.postbus.store.jdbc;

import io.postbus.spi.Settings;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreProvider;
import io.postbus.spi.StoreSchema;
import java.util.Optional;

/** Opens the store {@code jdbc}. */
public final class JdbcStoreProvider implements StoreProvider {
  /** For {@link java.util.ServiceLoader}. */
  public JdbcStoreProvider() {}

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
    return new JdbcStore(read(settings), context);
  }

  @Override
  public Optional<StoreSchema> schema(Settings settings, StoreContext context) {
    JdbcSettings read = read(settings);
    Tables tables = new Tables(read.tablePrefix(), read.dialect());
    Database database = new Database(read, context.node(), context.callTimeout());
    return Optional.of(new Schema(database, tables, context.node()));
  }

  private static JdbcSettings read(Settings settings) {
    JdbcSettings read = JdbcSettings.read(settings);
    settings.check();
    return read;
  }
}
