package io.postbus.driver.rabbitmq;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values out of a content header that are nested deeper than RabbitMQ's client reads: it
 * ends the connection over one, the message comes again with the next connection, and so for ever.
 * The broker has read the header before, so it is well-formed. One thread, one use.
 *
 * @see <a href="https://www.rabbitmq.com/amqp-0-9-1-errata#section_3">the types of fields</a>
 */
final class NestedHeaders {
  /** The client's own limit, which it does not let one set. */
  private static final int DEEPEST = 32;

  /** A level takes a type and a length at least. */
  private static final int LEAST = DEEPEST * 5;

  /** Class, weight and size of the body. */
  private static final int FLAGS_AT = 12;

  private static final int CONTENT_TYPE = 1 << 15;
  private static final int CONTENT_ENCODING = 1 << 14;
  private static final int HEADERS = 1 << 13;

  private final byte[] bytes;
  private final ByteBuffer header;
  private final Consumer<String> leftOut;

  private NestedHeaders(byte[] bytes, Consumer<String> leftOut) {
    this.bytes = bytes;
    this.header = ByteBuffer.wrap(bytes);
    this.leftOut = leftOut;
  }

  /**
   * The payload of the header frame without them; null if there are none.
   *
   * @param leftOut is told the name of each
   */
  static byte @Nullable [] without(byte[] payload, Consumer<String> leftOut) {
    return payload.length < LEAST ? null : new NestedHeaders(payload, leftOut).rest();
  }

  private byte @Nullable [] rest() {
    int flags = header.getShort(FLAGS_AT);
    if ((flags & HEADERS) == 0) {
      return null;
    }
    header.position(FLAGS_AT + Short.BYTES);
    skipText(flags & CONTENT_TYPE);
    skipText(flags & CONTENT_ENCODING);
    int table = header.position();
    int end = table + Integer.BYTES + header.getInt();
    ByteBuffer rest = null;
    while (header.position() < end) {
      int field = header.position();
      skipText(HEADERS);
      int value = header.position();
      boolean read = isReadBy(value);
      if (!read && rest == null) {
        rest = ByteBuffer.allocate(bytes.length).put(bytes, 0, field);
      }
      if (!read) {
        leftOut.accept(name(field));
      } else if (rest != null) {
        rest.put(bytes, field, header.position() - field);
      }
    }
    return rest == null ? null : whole(rest, table, end);
  }

  private byte[] whole(ByteBuffer rest, int table, int end) {
    rest.putInt(table, rest.position() - table - Integer.BYTES);
    rest.put(bytes, end, bytes.length - end);
    byte[] payload = new byte[rest.position()];
    rest.flip().get(payload);
    return payload;
  }

  private void skipText(int flag) {
    if (flag != 0) {
      skip(header.get() & 0xFF);
    }
  }

  private String name(int at) {
    return new String(bytes, at + 1, header.get(at) & 0xFF, StandardCharsets.UTF_8);
  }

  /** Whether the client reads the value there, which is left behind. */
  private boolean isReadBy(int at) {
    byte type = header.get(at);
    boolean nested = type == 'F' || type == 'A';
    boolean read = !nested || depth(0) <= DEEPEST;
    header.position(at);
    skipValue();
    return read;
  }

  /** The levels of the value, as far as they matter; leaves the position somewhere inside. */
  private int depth(int above) {
    byte type = header.get();
    if ((type != 'F' && type != 'A') || above > DEEPEST) {
      return above;
    }
    int length = header.getInt();
    int end = header.position() + length;
    int deepest = above + 1;
    while (header.position() < end && deepest <= DEEPEST) {
      if (type == 'F') {
        skipText(HEADERS);
      }
      int at = header.position();
      deepest = Math.max(deepest, depth(above + 1));
      header.position(at);
      skipValue();
    }
    return deepest;
  }

  private void skipValue() {
    byte type = header.get();
    switch (type) {
      case 'S', 'x', 'F', 'A' -> skip(header.getInt());
      case 'T', 'd', 'l' -> skip(8);
      case 'D' -> skip(5);
      case 'I', 'f', 'i' -> skip(4);
      case 's', 'u' -> skip(2);
      case 'b', 'B', 't' -> skip(1);
      case 'V' -> skip(0);
      default -> throw new IllegalArgumentException("No type of a field: " + type);
    }
  }

  private void skip(int bytes) {
    header.position(header.position() + bytes);
  }
}
