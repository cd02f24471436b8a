package io.postbus.faults.node;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * What a node is to be; as a file it gets to a process of its own.
 *
 * @param handles whether it joins the groups, or only publishes
 * @param clockOff by how much its wall clock is ahead of the machine's
 * @param journal where it writes down what it does
 * @param bus the bus's settings by path; one with spaces is a list
 */
public record NodePlan(
    String name, boolean handles, Duration clockOff, Path journal, Map<String, String> bus) {
  private static final String BUS = "bus.";

  public NodePlan {
    bus = Map.copyOf(bus);
  }

  /** Writes it down for {@link #read}. */
  public void write(Path file) {
    Properties all = new Properties();
    all.setProperty("name", name);
    all.setProperty("handles", Boolean.toString(handles));
    all.setProperty("clock-off", clockOff.toString());
    all.setProperty("journal", journal.toString());
    bus.forEach((path, value) -> all.setProperty(BUS + path, value));
    try (Writer out = Files.newBufferedWriter(file)) {
      all.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** As the bus takes it. */
  static Object value(String setting) {
    return setting.contains(" ") ? List.of(setting.split(" ")) : setting;
  }

  static NodePlan read(Path file) {
    Properties all = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      all.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    Map<String, String> bus = new LinkedHashMap<>();
    for (String key : all.stringPropertyNames()) {
      if (key.startsWith(BUS)) {
        bus.put(key.substring(BUS.length()), all.getProperty(key));
      }
    }
    return new NodePlan(
        all.getProperty("name"),
        Boolean.parseBoolean(all.getProperty("handles")),
        Duration.parse(all.getProperty("clock-off")),
        Path.of(all.getProperty("journal")),
        bus);
  }
}
