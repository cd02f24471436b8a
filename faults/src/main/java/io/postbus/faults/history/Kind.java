package io.postbus.faults.history;

import java.util.Locale;

/** What is meant to happen to a message; its type on the bus is the name in lower case. */
public enum Kind {
  /** Published confirmed, handled at the first attempt. */
  PLAIN,
  /** Its first attempt in each group throws. */
  FLAKY,
  /** Every attempt throws: it has to end among the dead letters. */
  BAD,
  /** Published with a delay. */
  DELAYED,
  /** Published with a delay, and cancelled before or about the time that it is due. */
  REVOKED,
  /** Published until every group has acknowledged it. */
  GUARANTEED;

  private final String type = name().toLowerCase(Locale.ROOT);

  public String type() {
    return type;
  }

  /** Whether it waits in the store before it is sent. */
  public boolean waits() {
    return this == DELAYED || this == REVOKED;
  }

  /** Whether this attempt is meant to throw. */
  public boolean fails(int attempt) {
    return this == BAD || (this == FLAKY && attempt == 1);
  }

  public static Kind ofType(String type) {
    return valueOf(type.toUpperCase(Locale.ROOT));
  }
}
