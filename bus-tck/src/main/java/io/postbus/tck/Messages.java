package io.postbus.tck;

import io.postbus.message.Message;
import io.postbus.spi.Received;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** Messages to send, numbered from 0 in the header {@code n}, and what is read off them. */
final class Messages {
  static final String TYPE = "Counted";
  private static final String NUMBER = "n";

  private Messages() {}

  static Message one(String topic) {
    return builder(topic, 0).build();
  }

  static List<Message> some(String topic, int count) {
    return IntStream.range(0, count).mapToObj(n -> builder(topic, n).build()).toList();
  }

  /** Numbered on from {@code from}, of one key. */
  static List<Message> keyed(String topic, String key, int from, int count) {
    return IntStream.range(from, from + count).mapToObj(n -> keyed(topic, key, n)).toList();
  }

  static Message keyed(String topic, String key, int n) {
    return builder(topic, n).key(key).build();
  }

  static Message.Builder builder(String topic, int n) {
    return Message.builder(topic, TYPE).header(NUMBER, n).body(bytes("message " + n));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static List<String> ids(Collection<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  static List<String> idsOf(Collection<Received> deliveries) {
    return deliveries.stream().map(d -> d.message().id()).toList();
  }

  static List<Integer> numbersOf(Collection<Received> deliveries) {
    return deliveries.stream().map(Messages::number).toList();
  }

  static int number(Received delivery) {
    String n = delivery.message().header(NUMBER);
    if (n == null) {
      throw new AssertionError("The header " + NUMBER + " of " + delivery.message() + " is gone");
    }
    return Integer.parseInt(n);
  }
}
