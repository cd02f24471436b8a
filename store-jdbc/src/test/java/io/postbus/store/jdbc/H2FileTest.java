package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that a store without settings has, as another process finds it. */
class H2FileTest {
  @TempDir Path folder;

  /** H2 2.5.252 writes its file's header one commit late, once it uses freed space again. */
  @Test
  void whatIsConfirmedIsFoundAfterACrash() throws IOException {
    String url = url("store") + ";RETENTION_TIME=0";
    try (Store store = Nodes.open(Map.of("url", url))) {
      for (int n = 0; n < 30; n++) {
        store.delays().put(0, List.of(Nodes.entry(n)));
        Path crashed = folder.resolve("crashed-" + n + ".mv.db");
        Files.copy(folder.resolve("store.mv.db"), crashed);
        try (Store found = Nodes.open(Map.of("url", url("crashed-" + n)))) {
          assertThat(found.delays().count(DelayedQuery.ALL)).isEqualTo(n + 1);
        }
      }
    }
  }

  private String url(String name) {
    return "jdbc:h2:async:" + folder.resolve(name);
  }
}
