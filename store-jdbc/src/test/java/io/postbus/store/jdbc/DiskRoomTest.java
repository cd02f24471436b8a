package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that shares its disk with others. */
class DiskRoomTest {
  private static final long MORE_THAN_THERE_IS = 1L << 49;

  @TempDir Path folder;

  private JdbcSettings settings(long keptFree) {
    Path file = folder.resolve("not-yet/there/postbus");
    Settings settings =
        Settings.of(
            Map.of(
                "url",
                "jdbc:h2:async:" + file + ";AUTO_SERVER=TRUE",
                "keep-free",
                Long.toString(keptFree)));
    JdbcSettings read = JdbcSettings.read(settings);
    assertThat(settings.problems()).isEmpty();
    return read;
  }

  @Test
  void aDiskThatIsNearlyFullIsNotWrittenTo() {
    try (Database database = database(settings(MORE_THAN_THERE_IS))) {
      assertThatThrownBy(database::now)
          .isInstanceOfSatisfying(
              ConnectionException.class, e -> assertThat(e.retryable()).isTrue())
          .hasMessageContainingAll("The disk of jdbc:h2:async:", "MB left", "keep-free");
    }
    assertThat(Files.exists(folder.resolve("not-yet"))).isFalse();
  }

  @Test
  void roomIsAllThatIsNeeded() {
    try (Database database = database(settings(1))) {
      assertThat(database.now()).isNotNull();
    }
  }

  @Test
  void aDatabaseInMemoryOrElsewhereNeedsNone() {
    for (String url : new String[] {"jdbc:h2:mem:x", "jdbc:mariadb://db/postbus"}) {
      Map<String, Object> all = Map.of("url", url, "keep-free", Long.toString(MORE_THAN_THERE_IS));
      DiskRoom room = new DiskRoom(JdbcSettings.read(Settings.of(all)));
      assertThatCode(room::require).as(url).doesNotThrowAnyException();
    }
  }

  private static Database database(JdbcSettings settings) throws BusException {
    return new Database(settings, "room", Duration.ofSeconds(10));
  }
}
