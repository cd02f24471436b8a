package io.postbus.store.jdbc;

import io.postbus.tck.StoreContract;
import io.postbus.tck.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2StoreContractIT extends StoreContract {
  @TempDir static Path folder;

  @Override
  protected StoreFixture open() {
    String url = "jdbc:h2:async:" + folder.resolve("postbus") + ";AUTO_SERVER=TRUE";
    return new JdbcFixture(url, "sa", "h2-password");
  }
}
