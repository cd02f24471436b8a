package io.postbus.driver.redisstream;

import io.postbus.message.Message;

/**
 * What the payload's field of a compact entry is called: {@code data:<id>:<type>}. An entry costs
 * the server by its fields, whatever they are called, and most messages have nothing else to tell.
 * Ids of another length than a UUID's have a field of their own beside {@code data}.
 */
final class DataField {
  private static final String PREFIX = MessageWriter.DATA + ":";
  private static final int UUID = 36;
  private static final int ID_END = PREFIX.length() + UUID;
  private static final int TYPE = ID_END + 1;

  private DataField() {}

  /** Whether the name can tell the message's id and type. */
  static boolean fits(Message m) {
    return m.id().length() == UUID && !m.type().isEmpty();
  }

  /** The name for a message that fits. */
  static String of(Message m) {
    return PREFIX + m.id() + ":" + m.type();
  }

  /** Whether a field of this name is the payload of a message whose id and type the name tells. */
  static boolean is(String name) {
    return name.length() > TYPE && name.charAt(ID_END) == ':' && name.startsWith(PREFIX);
  }

  static String id(String name) {
    return name.substring(PREFIX.length(), ID_END);
  }

  static String type(String name) {
    return name.substring(TYPE);
  }
}
