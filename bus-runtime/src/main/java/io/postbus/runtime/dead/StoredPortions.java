package io.postbus.runtime.dead;

import io.postbus.Redrive;
import io.postbus.message.Message;
import io.postbus.runtime.dead.Redriving.Portion;
import io.postbus.runtime.delay.Unsent;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Failure;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters leave the store as everything does: moved first, which only one can do, published by
 * whoever moved, removed once confirmed. Should this process die in between, the entry is due again
 * after a while and goes out as a retry. One thread.
 */
final class StoredPortions implements Redriving.Source {
  /** Well above what a publication may take. */
  private static final Duration IN_FLIGHT = Duration.ofMinutes(2);

  private final Store store;
  private final Entries entries;
  private final DelayedQuery query;
  private final Redriving redriving;
  private final Redrive how;
  private @Nullable String cursor;

  StoredPortions(Store store, DelayedQuery query, Redriving redriving, Redrive how) {
    this.store = store;
    this.entries = new Entries(store.delays());
    this.query = query;
    this.redriving = redriving;
    this.how = how;
  }

  @Override
  public Portion next(int max) throws InterruptedException {
    DelayStore.Page page = store.delays().find(query, cursor, max);
    cursor = page.next();
    List<Delayed> unsent = new ArrayList<>();
    List<Delayed> failed = new ArrayList<>();
    for (Delayed dead : page.entries()) {
      (Unsent.is(dead) ? unsent : failed).add(dead);
    }
    Portion first = fire(unsent);
    Portion rest = resend(failed);
    return new Portion(first.sent() + rest.sent(), first.failed() + rest.failed(), cursor != null);
  }

  /** What never left the store becomes due. */
  private Portion fire(List<Delayed> unsent) throws InterruptedException {
    Instant now = unsent.isEmpty() ? Instant.EPOCH : store.now().truncatedTo(ChronoUnit.MILLIS);
    List<CompletionStage<Void>> moved = new ArrayList<>(unsent.size());
    for (Delayed dead : unsent) {
      Delayed again = Unsent.again(dead, Letters.redriven(Letters.failure(dead)), now);
      moved.add(redriving.resending().fire(dead, again).thenAccept(done -> {}));
    }
    int gone = redriving.confirmed(moved).cardinality();
    return new Portion(gone, unsent.size() - gone, false);
  }

  private Portion resend(List<Delayed> failed) throws InterruptedException {
    Instant until = store.now().plus(IN_FLIGHT);
    List<Delayed> taken =
        entries.move(failed, e -> new Move(e.slot(), List.of(inFlight(e, until))));
    List<CompletionStage<Void>> sent = new ArrayList<>(taken.size());
    taken.forEach(e -> sent.add(send(e)));
    BitSet ok = redriving.confirmed(sent);
    List<Delayed> gone = new ArrayList<>();
    List<Delayed> left = new ArrayList<>();
    for (int i = 0; i < taken.size(); i++) {
      (ok.get(i) ? gone : left).add(taken.get(i));
    }
    entries.move(gone, e -> Move.remove(inFlight(e, until).slot()));
    entries.move(left, e -> new Move(inFlight(e, until).slot(), List.of(e)));
    return new Portion(gone.size(), left.size(), false);
  }

  private CompletionStage<Void> send(Delayed dead) {
    Message m = dead.message();
    String group = dead.destination().name();
    int redrives = Letters.failure(dead).redrives() + 1;
    return redriving
        .resending()
        .send(PostbusHeaders.driver(m), group, Letters.again(m, redrives, how));
  }

  private static Delayed inFlight(Delayed dead, Instant until) {
    Failure failure = Letters.redriven(Letters.failure(dead));
    Slot slot = Slot.of(until, 0, dead.message().id(), dead.destination(), 1).inFlight(until);
    return new Delayed(
        slot, Kind.RETRY, dead.destination(), dead.message(), 1, dead.handle(), failure);
  }
}
