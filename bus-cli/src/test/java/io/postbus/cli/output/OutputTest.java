package io.postbus.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutputTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Output output(Format format) {
    return new Output(new PrintStream(bytes, true, StandardCharsets.UTF_8), format, false);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static final List<Row> GROUPS =
      List.of(
          Row.of("group", "task-check.ruby").with("ready", 12L).with("topics", List.of("a", "b")),
          Row.of("group", "x").with("ready", OptionalLong.empty()).with("topics", List.of()));

  @Test
  void aTableAlignsItsColumnsNumbersToTheRight() {
    output(Format.TABLE).rows(GROUPS, "group", "ready", "topics");
    assertThat(text())
        .isEqualTo(
            """
            GROUP            READY  TOPICS
            task-check.ruby     12  a,b
            x                    -  -
            """);
  }

  @Test
  void jsonIsOneArray() {
    output(Format.JSON).rows(GROUPS, "group");
    var array = Json.mapper().readTree(text());
    assertThat(array).hasSize(2);
    assertThat(array.get(0).get("ready").asLong()).isEqualTo(12);
    assertThat(array.get(1).get("ready").isNull()).isTrue();
    assertThat(array.get(0).get("topics")).hasSize(2);
  }

  @Test
  void nothingIsAnEmptyArrayOrAHeaderAlone() {
    output(Format.JSON).rows(List.of(), "group");
    output(Format.JSONL).rows(List.of(), "group");
    output(Format.TABLE).rows(List.of(), "group", "dueAt");
    assertThat(text()).isEqualTo("[]\nGROUP  DUE AT\n");
  }

  @Test
  void jsonLinesAreADocumentEach() {
    output(Format.JSONL).rows(GROUPS, "group");
    assertThat(text().lines()).hasSize(2).allMatch(line -> Json.mapper().readTree(line).isObject());
  }

  @Test
  void timesAndDurationsReadAsPeopleWriteThem() {
    Row row =
        Row.of("due", Instant.parse("2026-01-02T03:04:05.678Z"))
            .with("after", Duration.ofMinutes(90))
            .with("format", Format.JSONL)
            .with("headers", Map.of("a", "b"))
            .with("key", Optional.of("k"));
    output(Format.JSONL).details(row);
    assertThat(text())
        .isEqualTo(
            "{\"due\":\"2026-01-02T03:04:05.678Z\",\"after\":\"1h30m\",\"format\":\"jsonl\","
                + "\"headers\":{\"a\":\"b\"},\"key\":\"k\"}\n");
  }

  @Test
  void detailsKeepLinesAndTablesDoNot() {
    Row row = Row.of("id", "1").with("trace", "first\n\tsecond\n");
    output(Format.TABLE).details(row);
    output(Format.TABLE).rows(List.of(row), "trace");
    assertThat(text())
        .isEqualTo("id     1\ntrace  first\n       \\tsecond\nTRACE\nfirst\\n\\tsecond\\n\n");
  }

  @Test
  void whatABrokerDeliversCannotDriveTheTerminal() {
    output(Format.TABLE).rows(List.of(Row.of("body", "\u001B[2Jx\u0007\u009B")), "body");
    assertThat(text()).isEqualTo("BODY\n\uFFFD[2Jx\uFFFD\uFFFD\n");
  }

  @Test
  void aTailShowsEachRowAtOnce() {
    try (Listing tail = output(Format.TABLE).tail("id")) {
      tail.row(Row.of("id", "first"));
      assertThat(text()).isEqualTo("ID\nfirst\n");
      tail.row(Row.of("id", "2"));
      assertThat(text()).isEqualTo("ID\nfirst\n2\n");
    }
  }

  @Test
  void aListWithoutEndIsNotHeldBack() {
    try (Listing list = output(Format.TABLE).list("n")) {
      IntStream.range(0, 999).forEach(n -> list.row(Row.of("n", n)));
      assertThat(text()).isEmpty();
      list.row(Row.of("n", 999));
      assertThat(text().lines()).hasSize(1001);
      list.row(Row.of("n", 1_000_000));
      assertThat(text()).endsWith("\n1000000\n");
    }
  }

  @Test
  void jsonShowsRowsAsTheyComeAndEndsOnce() {
    try (Listing list = output(Format.JSON).tail("n")) {
      list.row(Row.of("n", 1));
      assertThat(text()).contains("{\"n\":1}");
      list.close();
    }
    assertThat(Json.mapper().readTree(text())).hasSize(1);
  }
}
