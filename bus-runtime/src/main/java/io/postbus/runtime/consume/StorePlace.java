package io.postbus.runtime.consume;

import io.postbus.runtime.consume.Waiting.Placement;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.BusException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The store: retries wait there until the delay engine sends them, dead letters stay. */
final class StorePlace implements NextPlace {
  private final Waiting waiting;
  private final String group;

  StorePlace(Waiting waiting, String group) {
    this.waiting = waiting;
    this.group = group;
  }

  @Override
  public Instant now() {
    return waiting.now();
  }

  @Override
  public List<@Nullable BusException> take(List<Onward> batch) {
    try {
      List<Placement> placements = batch.stream().map(this::placement).toList();
      BitSet placed = waiting.place(placements);
      for (int i = 0; i < batch.size(); i++) {
        if (!placed.get(i)) {
          batch.get(i).supersede();
        } else if (placements.get(i).from().isEmpty()) {
          batch.get(i).takeOver();
        }
      }
      return Collections.nCopies(batch.size(), null);
    } catch (BusException e) {
      return batch.size() == 1 || e.retryable()
          ? Collections.nCopies(batch.size(), e)
          : oneByOne(batch);
    }
  }

  private Placement placement(Onward onward) {
    Ticket ticket = onward.job().arrival().ticket();
    if (ticket == null || !waiting.has(ticket)) {
      return new Placement(List.of(), onward.entry(group, ticket));
    }
    String id = onward.job().arrival().forward().id();
    return new Placement(ticket.slots(id, group, waiting.now()), onward.entry(group, ticket));
  }

  /** One that the store refuses for good must not keep the others out. */
  private List<@Nullable BusException> oneByOne(List<Onward> batch) {
    List<@Nullable BusException> errors = new ArrayList<>(batch.size());
    for (Onward onward : batch) {
      errors.addAll(take(List.of(onward)));
    }
    return errors;
  }
}
