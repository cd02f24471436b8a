package io.postbus.driver.redisstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** Makes deliveries of what a reader got, under the lease it had when it asked. The reader's. */
final class Intake {
  private final Member member;
  private final Held held;
  private final Ownership ownership;
  private long lease;

  Intake(Membership membership) {
    this.member = membership.member();
    this.held = membership.held();
    this.ownership = membership.ownership();
  }

  /** What is asked for from now on belongs to the lease of this moment, which it returns. */
  long begin() {
    lease = ownership.lease();
    return lease;
  }

  /**
   * Makes deliveries of entries, which are then held; entries that were deleted are acknowledged.
   *
   * @param again whether they may have been delivered before
   * @param known the ids to leave out
   * @return how many are held now
   */
  int take(Wire w, StreamName stream, List<?> entries, boolean again, Set<String> known) {
    List<Delivery> some = new ArrayList<>(entries.size());
    List<byte[]> deleted = new ArrayList<>();
    for (Object e : entries) {
      if (e instanceof List<?> entry) {
        byte[] id = (byte[]) entry.get(0);
        if (!(entry.get(1) instanceof List<?> fields)) {
          deleted.add(id);
        } else if (known.isEmpty() || !known.contains(RedisNames.text(id))) {
          some.add(new Delivery(stream, id, fields, again, lease));
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
