package io.postbus.driver.redisstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /**
   * Makes deliveries of them.
   *
   * @param known the ids to leave out
   * @param deleted takes the ids of entries that are pending but were deleted
   */
  static List<Delivery> deliveries(
      StreamName stream, List<?> entries, boolean again, Set<String> known, List<byte[]> deleted) {
    List<Delivery> all = new ArrayList<>(entries.size());
    for (Object e : entries) {
      if (e instanceof List<?> entry) {
        byte[] id = (byte[]) entry.get(0);
        if (!(entry.get(1) instanceof List<?> fields)) {
          deleted.add(id);
        } else if (known.isEmpty() || !known.contains(RedisNames.text(id))) {
          all.add(new Delivery(stream, id, fields, again));
        }
      }
    }
    return all;
  }
}
