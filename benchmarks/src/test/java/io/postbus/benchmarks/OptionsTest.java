package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  @Test
  void readsNumbersAndTexts() {
    Options options = Options.read(List.of("--messages", "30", "--json", "figures.json"));
    assertThat(options.get("messages", 7)).isEqualTo(30);
    assertThat(options.get("rounds", 5)).isEqualTo(5);
    assertThat(options.json()).isEqualTo(Path.of("figures.json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--mesages 3; there is no option --mesages",
        "messages 3; there is no option messages",
        "--messages; --messages needs a value",
        "--messages many; --messages needs a whole number of at least 1, not many",
        "--messages 0; --messages needs a whole number of at least 1, not 0",
        "--rounds -1; --rounds needs a whole number of at least 0, not -1",
        "--messages 3000000000; --messages needs a whole number of at least 1, not 3000000000"
      })
  void saysWhatIsWrong(String line, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.read(List.of(line.split(" "))))
        .withMessage(message);
  }

  @Test
  void takesCasesByAPartOfTheirNamesAndContestantsByTheirBegin() {
    Options options =
        Options.read(List.of("--only", "rapid, 2 kB", "--who", "postbus,amqp-client"));
    assertThat(options.includes("rabbitmq rapid")).isTrue();
    assertThat(options.includes("kafka 2 kB")).isTrue();
    assertThat(options.includes("kafka batch")).isFalse();
    assertThat(options.takesPart("postbus, attributes: full")).isTrue();
    assertThat(options.takesPart("spring-amqp")).isFalse();
    assertThat(Options.read(List.of()).takesPart("anybody")).isTrue();
  }

  @Test
  void handsAllToTheProcessOfASuiteButItsTime() {
    Options all = Options.read(List.of("--rounds", "2", "--only", "rapid", "--within", "900"));
    Options part = Options.read(all.forPart(Path.of("lines"), Duration.ofSeconds(90)));
    assertThat(part.get("rounds", 5)).isEqualTo(2);
    assertThat(part.includes("batch")).isFalse();
    assertThat(part.within()).isEqualTo(Duration.ofSeconds(90));
    assertThat(part.results()).isEqualTo(Path.of("lines"));
  }
}
