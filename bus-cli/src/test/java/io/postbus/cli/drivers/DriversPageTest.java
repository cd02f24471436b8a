package io.postbus.cli.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Capability;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The matrix in docs/drivers.md is what the drivers declare. */
@Timeout(60)
class DriversPageTest {
  private static final Path PAGE = Path.of("..", "docs", "drivers.md");
  private static final Path MADE = Path.of("target", "drivers.md");
  private static final Pattern MATRIX =
      Pattern.compile("(<!-- matrix -->\n).*(<!-- end of matrix -->)", Pattern.DOTALL);

  /** In the order of the columns; a driver that is not among them comes last. */
  private static final List<String> ORDER = List.of("rabbitmq", "kafka", "redis-stream", "memory");

  private static final Map<Capability, String> ROWS =
      Map.of(
          Capability.ORDER_PER_KEY, "`order: key`",
          Capability.SINGLE_ACTIVE, "`order: single`",
          Capability.REPLAY, "`start: earliest`",
          Capability.TYPE_FILTER, "filters `events` at the broker",
          Capability.RESIZE, "in-flight limit follows the handling rate",
          Capability.SHARED, "reaches other machines");

  private record Declared(String name, Driver driver) {
    String has(Capability capability) {
      return driver.capabilities().contains(capability) ? "yes" : "no";
    }

    String survives() {
      return switch (driver.durability()) {
        case PROCESS -> "nothing";
        case RELAXED -> "all but a crash's last moments";
        case DURABLE -> "a broker restart";
      };
    }

    String hold() {
      return driver.maxHold().map(d -> d.toMinutes() + " min").orElse("as long as it takes");
    }
  }

  @Test
  void theMatrixIsWhatTheDriversDeclare() throws IOException {
    String page = Files.readString(PAGE);
    String made =
        MATRIX.matcher(page).replaceFirst("$1" + Matcher.quoteReplacement(matrix()) + "$2");
    Files.writeString(MADE, made);
    assertThat(page).as("docs/drivers.md; take %s instead", MADE).isEqualTo(made);
  }

  private static String matrix() {
    List<Declared> drivers = declared();
    try {
      List<String> lines = new ArrayList<>();
      lines.add(row("", drivers, d -> "`" + d.name() + "`"));
      lines.add(row("---", drivers, d -> "---"));
      assertThat(ROWS).containsOnlyKeys(Capability.values());
      for (Capability capability : Capability.values()) {
        lines.add(row(ROWS.get(capability), drivers, d -> d.has(capability)));
      }
      lines.add(row("what is confirmed survives", drivers, Declared::survives));
      lines.add(row("a delivery may stay in hand for", drivers, Declared::hold));
      return String.join("\n", lines) + "\n";
    } finally {
      drivers.forEach(d -> d.driver().close());
    }
  }

  private static String row(String title, List<Declared> drivers, Function<Declared, String> cell) {
    return drivers.stream()
        .map(cell)
        .collect(Collectors.joining(" | ", "| " + title + " | ", " |"));
  }

  private static List<Declared> declared() {
    return ServiceLoader.load(DriverProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .map(p -> new Declared(p.name(), p.open(Settings.of(Map.of()), new Nowhere(p.name()))))
        .sorted((a, b) -> Integer.compare(column(a), column(b)))
        .toList();
  }

  private static int column(Declared driver) {
    int known = ORDER.indexOf(driver.name());
    return known < 0 ? ORDER.size() : known;
  }

  /** Where no broker need be: what a driver can do it says before it has connected. */
  private record Nowhere(String name) implements DriverContext {
    @Override
    public String namespace() {
      return "";
    }

    @Override
    public String node() {
      return "page";
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(1);
    }

    @Override
    public void state(ConnectionState state, String reason) {}
  }
}
