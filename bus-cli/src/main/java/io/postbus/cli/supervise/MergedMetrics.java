package io.postbus.cli.supervise;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The scrapes of several processes as one: each sample with a label that names its process, those
 * of a metric together. Adding the samples up instead would make a counter fall when a process
 * starts again. One thread.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">the text format</a>
 */
final class MergedMetrics {
  private static final String HELP = "# HELP ";
  private static final String TYPE = "# TYPE ";

  private final Map<String, Family> families = new LinkedHashMap<>();
  private Family current = new Family();

  /** The lines of one metric. */
  private static final class Family {
    private String help = "";
    private String type = "";
    private final List<String> samples = new ArrayList<>();
  }

  /** Adds the scrape of a process. */
  MergedMetrics add(String process, String scrape) {
    current = new Family();
    String label = "process=\"" + escaped(process) + "\"";
    scrape.lines().filter(line -> !line.isBlank()).forEach(line -> line(line, label));
    return this;
  }

  String text() {
    StringBuilder out = new StringBuilder();
    for (Family family : families.values()) {
      if (!family.samples.isEmpty()) {
        out.append(family.help).append(family.type);
        family.samples.forEach(sample -> out.append(sample).append('\n'));
      }
    }
    return out.toString();
  }

  private void line(String line, String label) {
    if (line.startsWith(HELP)) {
      family(line, HELP).help = line + "\n";
    } else if (line.startsWith(TYPE)) {
      family(line, TYPE).type = line + "\n";
    } else if (!line.startsWith("#")) {
      sample(line, label);
    }
  }

  private Family family(String line, String prefix) {
    int end = line.indexOf(' ', prefix.length());
    String name = line.substring(prefix.length(), end < 0 ? line.length() : end);
    current = families.computeIfAbsent(name, n -> new Family());
    return current;
  }

  private void sample(String line, String label) {
    int brace = line.indexOf('{');
    int space = line.indexOf(' ');
    if (brace >= 0 && brace < space) {
      boolean bare = line.charAt(brace + 1) == '}';
      current.samples.add(
          line.substring(0, brace + 1) + label + (bare ? "" : ",") + line.substring(brace + 1));
    } else if (space > 0) {
      current.samples.add(line.substring(0, space) + "{" + label + "}" + line.substring(space));
    }
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
