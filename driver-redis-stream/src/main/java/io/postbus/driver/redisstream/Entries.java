package io.postbus.driver.redisstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

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
   * Makes deliveries of them, which are then held; entries that were deleted are acknowledged.
   *
   * @param again whether they may have been delivered before
   * @param known the ids to leave out
   * @return how many are held now
   */
  static int take(
      Wire w,
      Member member,
      Held held,
      StreamName stream,
      List<?> entries,
      boolean again,
      Set<String> known) {
    List<Delivery> some = new ArrayList<>(entries.size());
    List<byte[]> deleted = new ArrayList<>();
    for (Object e : entries) {
      if (e instanceof List<?> entry) {
        byte[] id = (byte[]) entry.get(0);
        if (!(entry.get(1) instanceof List<?> fields)) {
          deleted.add(id);
        } else if (known.isEmpty() || !known.contains(RedisNames.text(id))) {
          some.add(new Delivery(stream, id, fields, again));
        }
      }
    }
    if (!some.isEmpty()) {
      held.add(some);
    }
    if (!deleted.isEmpty()) {
      CommandArguments ack =
          new CommandArguments(Protocol.Command.XACK).add(stream.key()).add(member.group);
      deleted.forEach(ack::add);
      w.ask(ack);
    }
    return some.size();
  }
}
