package io.postbus.testbrokers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/** A private MariaDB, durable at every commit. */
public final class MariaDbBroker extends Database {
  private static final Shared<MariaDbBroker> SHARED = new Shared<>(MariaDbBroker::open);

  private MariaDbBroker(Recipe recipe) {
    super(recipe);
  }

  /** Starts one with the server's default settings. */
  public static MariaDbBroker open() {
    return open(Map.of());
  }

  /** Starts one with these server variables, as in {@code max_connections}. */
  public static MariaDbBroker open(Map<String, String> variables) {
    return started(new MariaDbBroker(new MariaDbRecipe(variables)));
  }

  /**
   * The one that all tests of this JVM share, running. Closing it does nothing: the end of the JVM
   * does. Tests that stop or pause a database start their own.
   */
  public static MariaDbBroker shared() {
    return SHARED.get();
  }

  @Override
  public String jdbcUrl(InetSocketAddress by) {
    return "jdbc:mariadb://"
        + (by.getAddress().getHostAddress() + ":" + by.getPort())
        + ("/" + MariaDbRecipe.DATABASE + "?sslMode=disable");
  }

  @Override
  public String sql(String statements) {
    return tool(
        "mariadb",
        "--user=" + USER,
        "--password=" + PASSWORD,
        "--database=" + MariaDbRecipe.DATABASE,
        "--batch",
        "--skip-column-names",
        "--execute=" + statements);
  }

  /** How MariaDB is run. */
  private static final class MariaDbRecipe implements Recipe {
    static final String DATABASE = "postbus";
    private static final String PACKAGE = "mariadb-server";
    private static final int CONTAINER_PORT = 3306;
    private static final byte PROTOCOL_VERSION = 10;
    private static final Duration INSTALL_LIMIT = Duration.ofSeconds(60);

    /** Runs at every start, before connections are let in. */
    private static final String INIT =
        String.join(
            "\n",
            "CREATE DATABASE IF NOT EXISTS " + DATABASE + ";",
            "CREATE USER IF NOT EXISTS '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "';",
            "GRANT ALL ON *.* TO '" + USER + "'@'%' WITH GRANT OPTION;",
            "");

    private final Map<String, String> variables;
    private final int port = Ports.take();

    MariaDbRecipe(Map<String, String> variables) {
      this.variables = Map.copyOf(variables);
    }

    @Override
    public String name() {
      return "mariadb";
    }

    @Override
    public int port() {
      return port;
    }

    /** It speaks first, after four bytes of length. An error has another first byte. */
    @Override
    public Probe probe() {
      return Probe.greeting(new byte[0], 5, packet -> packet[4] == PROTOCOL_VERSION);
    }

    @Override
    public Launch server(Path folder) throws IOException {
      Path data = folder.resolve("data");
      if (Files.notExists(data)) {
        install(data);
      }
      Path init = Files.writeString(folder.resolve("init.sql"), INIT);
      List<String> command = new ArrayList<>();
      command.add(Commands.require("mariadbd", PACKAGE));
      // It must come first, and keeps the machine's own configuration out.
      command.add("--no-defaults");
      command.addAll(List.of("--datadir=" + data, "--user=" + System.getProperty("user.name")));
      command.addAll(List.of("--bind-address=127.0.0.1", "--port=" + port));
      command.add("--socket=" + socket(folder));
      command.add("--pid-file=" + folder.resolve("pid"));
      command.add("--tmpdir=" + folder);
      command.addAll(settings(init));
      return new Launch(command, Map.of());
    }

    private static void install(Path data) {
      List<String> command = new ArrayList<>();
      command.add(Commands.require("mariadb-install-db", PACKAGE));
      command.addAll(List.of("--no-defaults", "--datadir=" + data, "--skip-test-db"));
      command.add("--user=" + System.getProperty("user.name"));
      command.add("--auth-root-authentication-method=normal");
      // Every starting server removes the temporary tables that it finds where it has its own.
      Map<String, String> apart = Map.of("TMPDIR", String.valueOf(data.getParent()));
      Commands.run(command, apart, INSTALL_LIMIT);
    }

    @Override
    public Launch tool(Path folder, List<String> command) {
      List<String> line = new ArrayList<>();
      line.add(Commands.require(command.get(0), "mariadb-client"));
      line.addAll(List.of("--no-defaults", "--socket=" + socket(folder)));
      line.addAll(command.subList(1, command.size()));
      return new Launch(line, Map.of());
    }

    @Override
    public GenericContainer<?> container() {
      GenericContainer<?> container =
          Containers.of("POSTBUS_MARIADB_IMAGE", "mariadb:10.11", Map.of(CONTAINER_PORT, port));
      container.withEnv("MARIADB_ROOT_PASSWORD", PASSWORD);
      container.withCopyToContainer(Transferable.of(INIT), "/etc/postbus/init.sql");
      container.setCommand(settings(Path.of("/etc/postbus/init.sql")).toArray(String[]::new));
      return container;
    }

    private List<String> settings(Path init) {
      List<String> settings = new ArrayList<>();
      settings.addAll(List.of("--init-file=" + init, "--skip-name-resolve"));
      settings.add("--character-set-server=utf8mb4");
      variables.forEach((key, value) -> settings.add("--" + key + "=" + value));
      return settings;
    }

    /** A socket's path has a limit of about a hundred bytes: short names. */
    private static Path socket(Path folder) {
      return folder.resolve("sock");
    }
  }
}
