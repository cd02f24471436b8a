package io.postbus.faults.history;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Something that a process did or was told, and when by the machine's clock, to the microsecond. As
 * a line it is its fields parted by tabs.
 */
public sealed interface Event {
  Instant at();

  String line();

  /** What happened to a message. */
  sealed interface OfMessage extends Event {
    String id();
  }

  /** Written before the message is handed to the bus; the key is empty where there is none. */
  record Published(
      Instant at, String id, Kind kind, String publisher, String key, long number, Instant due)
      implements OfMessage {
    @Override
    public String line() {
      return join("P", at, id, kind, publisher, key, number, due);
    }
  }

  /** The publisher knows. */
  record Ended(Instant at, String id, Ending ending) implements OfMessage {
    @Override
    public String line() {
      return join("O", at, id, ending);
    }
  }

  /** The bus has promised that it will not be handled. */
  record Cancelled(Instant at, String id) implements OfMessage {
    @Override
    public String line() {
      return join("X", at, id);
    }
  }

  /** A message that had waited was handed to the driver, and the broker has confirmed it. */
  record Fired(Instant at, String id, String node, Instant begun) implements OfMessage {
    @Override
    public String line() {
      return join("F", at, id, node, begun);
    }
  }

  /** A handler was called. */
  record Begun(Instant at, String id, String group, String node, int attempt) implements OfMessage {
    @Override
    public String line() {
      return join("B", at, id, group, node, attempt);
    }
  }

  /** It is about to return normally. */
  record Handled(Instant at, String id, String group, String node, int attempt)
      implements OfMessage {
    @Override
    public String line() {
      return join("H", at, id, group, node, attempt);
    }
  }

  /** It was found among the dead letters. */
  record Dead(Instant at, String id, String group) implements OfMessage {
    @Override
    public String line() {
      return join("D", at, id, group);
    }
  }

  /** The node was certain at this moment that it holds the lock. */
  record Held(Instant at, String lock, long epoch, String node) implements Event {
    @Override
    public String line() {
      return join("L", at, lock, epoch, node);
    }
  }

  /** For the one who runs the node: it is ready, has hushed, has counted. */
  record Said(Instant at, String node, String what, String value) implements Event {
    @Override
    public String line() {
      return join("S", at, node, what, value);
    }
  }

  /**
   * What {@link #line()} gave.
   *
   * @throws IllegalArgumentException for anything else
   */
  static Event parse(String line) {
    String[] f = line.split("\t", -1);
    Instant at = f.length > 1 ? time(f[1]) : Instant.EPOCH;
    return switch (f[0] + f.length) {
      case "P8" ->
          new Published(at, f[2], Kind.valueOf(f[3]), f[4], f[5], Long.parseLong(f[6]), time(f[7]));
      case "O4" -> new Ended(at, f[2], Ending.valueOf(f[3]));
      case "X3" -> new Cancelled(at, f[2]);
      case "F5" -> new Fired(at, f[2], f[3], time(f[4]));
      case "B6" -> new Begun(at, f[2], f[3], f[4], Integer.parseInt(f[5]));
      case "H6" -> new Handled(at, f[2], f[3], f[4], Integer.parseInt(f[5]));
      case "D4" -> new Dead(at, f[2], f[3]);
      case "L5" -> new Held(at, f[2], Long.parseLong(f[3]), f[4]);
      case "S5" -> new Said(at, f[2], f[3], f[4]);
      default -> throw new IllegalArgumentException("Not an event: " + line);
    };
  }

  private static String join(String letter, Object... fields) {
    StringBuilder line = new StringBuilder(letter);
    for (Object field : fields) {
      line.append('\t');
      line.append(field instanceof Instant time ? micros(time) : field);
    }
    return line.toString();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant time(String micros) {
    return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
  }
}
