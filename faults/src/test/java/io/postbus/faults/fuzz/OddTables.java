package io.postbus.faults.fuzz;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.LongStringHelper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Properties and headers as no well-behaved program sends them, and as the broker lets pass: it
 * closes the connection over numbers that are none. One thread.
 */
@SuppressWarnings("JavaUtilDate") // what a timestamp is in the client of RabbitMQ
final class OddTables {
  private static final String[] NAMES = {
    "cloudEvents_id",
    "cloudEvents_type",
    "cloudEvents_time",
    "cloudEvents_specversion",
    "cloudEvents_source",
    "cloudEvents_subject",
    "cloudEvents_expirytime",
    "cloudEvents_partitionkey",
    "cloudEvents_",
    "cloudEvents:type",
    "postbus-attempt",
    "postbus-entry",
    "postbus-due",
    "postbus-error",
    "postbus-",
    "x-death",
    "x-first-death-queue",
    "traceparent",
    "",
    " ",
    "\u0000",
    "ünï",
    "a",
    "b"
  };
  private static final String[] TEXTS = {
    "",
    "1.0",
    "0.3",
    "not a time",
    "2026-02-30T25:61:00Z",
    "+1000000000-01-01T00:00:00Z",
    "-999999999-01-01T00:00:00Z",
    "9223372036854775807",
    "-1",
    "NaN",
    "\u0000\u0001",
    "\uD800",
    "a\tb\nc",
    "00-zz-zz-01",
    "1/2/3/4",
    "////",
    "{\"a\":",
    "%FF%FE"
  };

  /** RabbitMQ's client for Java reads 32 levels. */
  private static final int DEEPEST = 60;

  private final Random random;

  OddTables(long seed) {
    this.random = new Random(seed);
  }

  BasicProperties properties() {
    BasicProperties.Builder b = new BasicProperties.Builder().headers(headers());
    if (random.nextBoolean()) {
      b.messageId(text(200)).type(text(200)).contentType(text(200)).correlationId(text(200));
    }
    if (random.nextInt(4) == 0) {
      b.timestamp(new Date(random.nextLong() >> random.nextInt(30))).priority(random.nextInt(256));
      b.contentEncoding(text(100)).replyTo(text(100)).appId(text(100)).deliveryMode(2);
    }
    return b.build();
  }

  byte[] body() {
    byte[] body = new byte[random.nextInt(2_000)];
    random.nextBytes(body);
    return body;
  }

  private @Nullable Map<String, Object> headers() {
    if (random.nextInt(20) == 0) {
      return null;
    }
    Map<String, Object> headers = new HashMap<>();
    for (int n = random.nextInt(12); n > 0; n--) {
      headers.put(
          NAMES[random.nextInt(NAMES.length)], value(random.nextInt(30) == 0 ? DEEPEST : 4));
    }
    if (random.nextInt(25) == 0) {
      headers.put("huge", "x".repeat(60_000));
    }
    return headers;
  }

  private @Nullable Object value(int depth) {
    return switch (random.nextInt(depth > 10 ? 2 : 17)) {
      case 0 -> depth == 0 ? null : nested(depth);
      case 1 -> depth == 0 ? List.of() : list(depth);
      case 2 -> random.nextInt();
      case 3 -> random.nextLong();
      case 4 -> (short) random.nextInt();
      case 5 -> (byte) random.nextInt();
      case 6 -> random.nextFloat();
      case 7 -> random.nextDouble();
      case 8 -> new BigDecimal(BigInteger.valueOf(random.nextInt()), random.nextInt(20));
      case 9 -> new Date(random.nextLong() >> random.nextInt(30));
      case 10 -> random.nextBoolean();
      case 11 -> bytes();
      case 12 -> null;
      case 13, 14 -> brokenText();
      default -> text(60_000);
    };
  }

  private Map<String, Object> nested(int depth) {
    Map<String, Object> map = new HashMap<>();
    map.put("k" + depth, value(depth - 1));
    return map;
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    list.add(value(depth - 1));
    return list;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(50)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Mostly no UTF-8. */
  private LongString brokenText() {
    return LongStringHelper.asLongString(bytes());
  }

  private String text(int limit) {
    String text = TEXTS[random.nextInt(TEXTS.length)];
    return text.length() <= limit ? text : text.substring(0, limit);
  }
}
