package io.postbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  @TempDir Path folder;

  @Test
  void replacesWhatIsBetweenTheMarks() throws IOException {
    Path file = folder.resolve("reliability.md");
    List<String> page =
        List.of("before", "<!-- account -->", "old", "<!-- end of account -->", "after");
    Files.write(file, page);

    Tables.write(file, List.of("new"));

    assertThat(Files.readAllLines(file))
        .containsExactly(
            "before", "<!-- account -->", "new", "", "<!-- end of account -->", "after");
  }

  @Test
  void isAllOfAFileWithoutMarks() throws IOException {
    Path file = folder.resolve("table.md");

    Tables.write(file, List.of("first"));
    Tables.write(file, List.of("second"));

    assertThat(Files.readAllLines(file)).containsExactly("second");
  }
}
