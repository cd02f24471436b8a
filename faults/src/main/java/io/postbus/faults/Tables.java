package io.postbus.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The file that the account of a run is written to. */
final class Tables {
  private static final String BEGIN = "<!-- account -->";
  private static final String END = "<!-- end of account -->";

  private Tables() {}

  /** Replaces what is between the file's marks; without such marks, or a file, all of it. */
  static void write(Path file, List<String> tables) throws IOException {
    List<String> before =
        Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    int begin = before.indexOf(BEGIN);
    int end = before.indexOf(END);
    List<String> all = new ArrayList<>();
    if (begin >= 0 && end > begin) {
      all.addAll(before.subList(0, begin + 1));
      all.addAll(tables);
      all.add("");
      all.addAll(before.subList(end, before.size()));
    } else {
      all.addAll(tables);
    }
    Files.write(file, all, StandardCharsets.UTF_8);
  }
}
