package io.postbus.driver.redisstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the server's answers about entries, in the forms of both protocols. Stateless. */
final class Entries {
  private Entries() {}

  /** The entries by stream, as reading several streams answers; null stands for none. */
  static List<Of> byStream(@Nullable Object answer) {
    List<Of> all = new ArrayList<>();
    if (answer instanceof List<?> streams) {
      for (Object s : streams) {
        if (s instanceof Map.Entry<?, ?> e) {
          all.add(new Of((byte[]) e.getKey(), (List<?>) e.getValue()));
        } else {
          List<?> pair = (List<?>) s;
          all.add(new Of((byte[]) pair.get(0), (List<?>) pair.get(1)));
        }
      }
    }
    return all;
  }

  /** A stream's key and its entries. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Of(byte[] key, List<?> entries) {}
}
