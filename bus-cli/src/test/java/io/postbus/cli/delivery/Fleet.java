package io.postbus.cli.delivery;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The processes of the chaos test. For one thread. */
final class Fleet implements AutoCloseable {
  /** One place in the fleet, in which one process follows the other. */
  final class Place {
    final String role;
    final String name;
    private Process process;

    private Place(String role, String name) throws IOException {
      this.role = role;
      this.name = name;
      this.process = start(role, name);
    }

    /** As {@code kill -9}; it may start again at once. */
    void kill() throws InterruptedException {
      process.destroyForcibly();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " is still there after kill -9");
      }
    }

    void restart() throws IOException {
      process = start(role, name);
    }

    /** Asks it to end in order, and waits for it. */
    void end() throws IOException, InterruptedException {
      process.getOutputStream().close();
      if (!process.waitFor(40, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(name + " has not ended in order:\n" + Files.readString(log(name)));
      }
    }
  }

  private final Path folder;
  private final Map<String, String> environment;
  private final List<Place> places = new ArrayList<>();

  /**
   * No process yet.
   *
   * @param environment of each process, beside its own
   */
  Fleet(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  Place add(String role, String name) throws IOException {
    Place place = new Place(role, name);
    places.add(place);
    return place;
  }

  Place any(Random random) {
    return places.get(random.nextInt(places.size()));
  }

  private Process start(String role, String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx96m",
                "-cp",
                Path.of("target/dist/lib/*").toAbsolutePath()
                    + ":"
                    + Path.of("target/test-classes").toAbsolutePath(),
                Node.class.getName(),
                role,
                name)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log(name).toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  @Override
  public void close() {
    places.forEach(place -> place.process.destroyForcibly());
  }
}
