package io.postbus.driver.redisstream;

import io.postbus.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the payload's field of a packed entry is called: {@code data:<id>:<type>}. An entry costs
 * the server by its fields, whatever they are called, and most messages have nothing else to tell.
 * Ids of another length than a UUID's have a field of their own beside {@code data}.
 */
final class DataField {
  /** What such a name begins with. */
  static final String PREFIX = MessageWriter.DATA + ":";

  private static final byte[] PREFIX_BYTES = RedisNames.bytes(PREFIX);
  private static final int UUID = 36;
  private static final int ID = PREFIX_BYTES.length;
  private static final int ID_END = ID + UUID;
  private static final int TYPE = ID_END + 1;

  private DataField() {}

  /** Whether the name can tell the message's id and type. */
  static boolean fits(Message m) {
    String id = m.id();
    if (id.length() != UUID || m.type().isEmpty()) {
      return false;
    }
    for (int i = 0; i < UUID; i++) {
      if (id.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /** The name for a message that fits. */
  static String of(Message m) {
    return PREFIX + m.id() + ":" + m.type();
  }

  /** Whether a field of this name is the payload of a message whose id and type the name tells. */
  static boolean is(byte[] name) {
    return name.length > TYPE
        && name[ID_END] == ':'
        && Arrays.equals(name, 0, ID, PREFIX_BYTES, 0, ID);
  }

  static String id(byte[] name) {
    return new String(name, ID, UUID, StandardCharsets.UTF_8);
  }

  static String type(byte[] name) {
    return new String(name, TYPE, name.length - TYPE, StandardCharsets.UTF_8);
  }
}
