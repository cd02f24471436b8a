package io.postbus.testbrokers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;

/** A private PostgreSQL, durable at every commit. */
public final class PostgresBroker extends Database {
  private static final Shared<PostgresBroker> SHARED = new Shared<>(PostgresBroker::open);

  private PostgresBroker(Recipe recipe) {
    super(recipe);
  }

  /** Starts one with the server's default settings. */
  public static PostgresBroker open() {
    return open(Map.of());
  }

  /** Starts one with these settings, as in {@code max_connections}. */
  public static PostgresBroker open(Map<String, String> settings) {
    return started(new PostgresBroker(new PostgresRecipe(settings)));
  }

  /**
   * The one that all tests of this JVM share, running. Closing it does nothing: the end of the JVM
   * does. Tests that stop or pause a database start their own.
   */
  public static PostgresBroker shared() {
    return SHARED.get();
  }

  @Override
  public String jdbcUrl(InetSocketAddress by) {
    return "jdbc:postgresql://"
        + (by.getAddress().getHostAddress() + ":" + by.getPort())
        + ("/" + PostgresRecipe.DATABASE + "?sslmode=disable");
  }

  @Override
  public String sql(String statements) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("psql", "-U", USER, "-d", PostgresRecipe.DATABASE));
    command.addAll(List.of("-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"));
    command.addAll(List.of("-c", statements));
    return tool(command.toArray(String[]::new));
  }

  /** How PostgreSQL is run. It refuses to be root's, who therefore hands it to another user. */
  private static final class PostgresRecipe implements Recipe {
    static final String DATABASE = "postgres";
    private static final String PACKAGE = "postgresql";
    private static final int CONTAINER_PORT = 5432;
    private static final int PROTOCOL = 3 << 16;
    private static final int NOBODY = 65534;
    private static final Duration INIT_LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> settings;
    private final int port = Ports.take();

    PostgresRecipe(Map<String, String> settings) {
      this.settings = Map.copyOf(settings);
    }

    @Override
    public String name() {
      return "postgres";
    }

    @Override
    public int port() {
      return port;
    }

    /** Asked for a session, it wants a password (R), or says that it is still starting (E). */
    @Override
    public Probe probe() {
      byte[] names =
          ("user\0" + USER + "\0database\0" + DATABASE + "\0\0")
              .getBytes(StandardCharsets.US_ASCII);
      ByteBuffer startup = ByteBuffer.allocate(8 + names.length);
      startup.putInt(startup.capacity()).putInt(PROTOCOL).put(names);
      return Probe.greeting(startup.array(), 1, answer -> answer[0] == 'R');
    }

    /** Fast: without waiting for clients to leave. */
    @Override
    public String stopSignal() {
      return "INT";
    }

    /** A segment of shared memory, which the seventh line of its lock file names. */
    @Override
    public String sweep() {
      return "id=$(sed -n '7s/.* //p' \"$1/data/postmaster.pid\" 2>/dev/null)\n"
          + "[ -z \"$id\" ] || ipcrm -m \"$id\"";
    }

    @Override
    public Launch server(Path folder) throws IOException {
      Path data = folder.resolve("data");
      giveAway(folder);
      if (Files.notExists(data)) {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        Launch init =
            unprivileged(
                "initdb",
                List.of(
                    "--pgdata=" + data,
                    "--username=" + USER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync"));
        Commands.run(init.command(), init.environment(), INIT_LIMIT);
      }
      List<String> arguments = new ArrayList<>(List.of("-D", data.toString()));
      arguments.addAll(List.of("-p", Integer.toString(port)));
      arguments.addAll(settings(Map.of("listen_addresses", "127.0.0.1")));
      arguments.addAll(settings(Map.of("unix_socket_directories", folder.toString())));
      // Below the data, where no kill leaves anything behind.
      arguments.addAll(settings(Map.of("dynamic_shared_memory_type", "mmap")));
      arguments.addAll(settings(settings));
      return unprivileged("postgres", arguments);
    }

    private static List<String> settings(Map<String, String> settings) {
      List<String> arguments = new ArrayList<>();
      settings.forEach((key, value) -> arguments.addAll(List.of("-c", key + "=" + value)));
      return arguments;
    }

    private static Launch unprivileged(String program, List<String> arguments) {
      List<String> command = new ArrayList<>();
      if (root()) {
        command.add(Commands.require("setpriv", "util-linux"));
        command.addAll(List.of("--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
      }
      command.add(program(program));
      command.addAll(arguments);
      return new Launch(command, Map.of());
    }

    private static void giveAway(Path folder) throws IOException {
      if (root()) {
        Files.setAttribute(folder, "unix:uid", NOBODY);
        Files.setAttribute(folder, "unix:gid", NOBODY);
      }
    }

    private static boolean root() {
      return System.getProperty("user.name").equals("root");
    }

    /** Debian keeps each version's programs in a folder of its own, off the path. */
    private static String program(String name) {
      return Commands.require(
          name, PACKAGE, Folder.children(Path.of("/usr/lib/postgresql"), "bin"));
    }

    @Override
    public Launch tool(Path folder, List<String> command) {
      List<String> line = new ArrayList<>(List.of(program(command.get(0))));
      line.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port)));
      line.addAll(command.subList(1, command.size()));
      return new Launch(line, Map.of("PGPASSWORD", PASSWORD));
    }

    @Override
    public GenericContainer<?> container() {
      GenericContainer<?> container =
          Containers.of(
              "POSTBUS_POSTGRES_IMAGE", "postgres:15-alpine", Map.of(CONTAINER_PORT, port));
      container.withEnv("POSTGRES_USER", USER);
      container.withEnv("POSTGRES_PASSWORD", PASSWORD);
      List<String> command = new ArrayList<>(List.of("postgres"));
      command.addAll(settings(settings));
      container.setCommand(command.toArray(String[]::new));
      return container;
    }
  }
}
