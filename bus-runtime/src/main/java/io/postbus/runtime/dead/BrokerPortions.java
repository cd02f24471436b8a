package io.postbus.runtime.dead;

import io.postbus.Redrive;
import io.postbus.message.Message;
import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.dead.Redriving.Portion;
import io.postbus.spi.Received;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Dead letters leave a broker's group after its target has confirmed them. Each portion is a walk
 * of its own, so that nothing is held while the rate makes it wait. One thread.
 */
final class BrokerPortions implements Redriving.Source {
  private final String group;
  private final Connection connection;
  private final Supplier<Scan> scans;
  private final Predicate<Message> wanted;
  private final Redriving redriving;
  private final Redrive how;
  private final Set<String> refused = new HashSet<>();

  BrokerPortions(
      String group,
      Connection connection,
      Supplier<Scan> scans,
      Predicate<Message> wanted,
      Redriving redriving,
      Redrive how) {
    this.group = group;
    this.connection = connection;
    this.scans = scans;
    this.wanted = wanted;
    this.redriving = redriving;
    this.how = how;
  }

  @Override
  public Portion next(int max) throws InterruptedException {
    try (Scan scan = scans.get()) {
      List<Received> found = find(scan, max);
      List<CompletionStage<Void>> sent = new ArrayList<>(found.size());
      found.forEach(r -> sent.add(send(r.message())));
      BitSet ok = redriving.confirmed(sent);
      for (int i = 0; i < found.size(); i++) {
        if (ok.get(i)) {
          scan.take(found.get(i));
        } else {
          refused.add(found.get(i).message().id());
        }
      }
      int gone = ok.cardinality();
      return new Portion(gone, found.size() - gone, found.size() == max);
    }
  }

  /** What could not be sent before is not tried again: it would come up for ever. */
  private List<Received> find(Scan scan, int max) {
    List<Received> found = new ArrayList<>();
    while (found.size() < max) {
      Received r = scan.next();
      if (r == null) {
        break;
      }
      if (!refused.contains(r.message().id()) && wanted.test(r.message())) {
        found.add(r);
      }
    }
    return found;
  }

  private CompletionStage<Void> send(Message m) {
    Message again = Letters.again(m, Letters.failure(m).redrives() + 1, how);
    return redriving.resending().send(connection.name(), group, again);
  }
}
