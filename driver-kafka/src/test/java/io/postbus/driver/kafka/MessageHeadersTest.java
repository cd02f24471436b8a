package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** What a user's own interceptor does to headers does the same to these as to Kafka's. */
class MessageHeadersTest {
  private final MessageHeaders ours = new MessageHeaders();
  private final RecordHeaders kafkas = new RecordHeaders();

  @Test
  void theyAreInTheOrderOfTheirAdding() {
    for (int i = 0; i < 9; i++) {
      add("h" + i % 4, "v" + i);
      assertAlike();
    }
  }

  @Test
  void theLastOfANameCounts() {
    assertThat(ours.lastHeader("a")).isNull();
    add("a", "1");
    add("b", "2");
    add("a", "3");
    assertThat(ours.lastHeader("a")).isNotNull().extracting(Header::value).isEqualTo(utf8("3"));
    assertThat(ours.headers("a")).extracting(Header::value).containsExactly(utf8("1"), utf8("3"));
  }

  @Test
  void whatIsRemovedIsGoneAndMayComeAgain() {
    add("a", "1");
    add("b", "2");
    add("a", "3");
    remove("a");
    assertAlike();
    remove("b");
    assertAlike();
    add("c", "4");
    assertAlike();
  }

  private void add(String name, String value) {
    ours.add(name, utf8(value));
    kafkas.add(name, utf8(value));
  }

  private void remove(String name) {
    ours.remove(name);
    kafkas.remove(name);
  }

  private void assertAlike() {
    assertThat(texts(ours.toArray())).isEqualTo(texts(kafkas.toArray()));
    assertThat(ours).extracting(Header::key).containsExactlyElementsOf(keys());
  }

  private Iterable<String> keys() {
    return Stream.of(kafkas.toArray()).map(Header::key).toList();
  }

  private static String texts(Header[] headers) {
    StringBuilder text = new StringBuilder();
    for (Header h : headers) {
      text.append(h.key()).append('=').append(new String(h.value(), UTF_8)).append(';');
    }
    return text.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
