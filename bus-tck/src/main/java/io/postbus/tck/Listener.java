package io.postbus.tck;

import io.postbus.spi.ConnectionState;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.Received;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what a member was told. Thread-safe. */
final class Listener implements ConsumerListener {
  private final List<Revocation> revocations = new CopyOnWriteArrayList<>();
  private final List<ConnectionState> states = new CopyOnWriteArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean overlapped;

  /** What was taken away, when, and until when it might still be settled. */
  record Revocation(List<Received> gone, Instant at, Instant drainUntil) {}

  @Override
  public void revoked(Collection<Received> gone, Instant drainUntil) {
    overlapped |= inside.incrementAndGet() > 1;
    revocations.add(new Revocation(List.copyOf(gone), Instant.now(), drainUntil));
    inside.decrementAndGet();
  }

  @Override
  public void state(ConnectionState state, String reason) {
    states.add(state);
  }

  List<Revocation> revocations() {
    return List.copyOf(revocations);
  }

  /** Everything that was ever taken away. */
  List<Received> gone() {
    return revocations.stream().flatMap(r -> r.gone().stream()).toList();
  }

  List<ConnectionState> states() {
    return List.copyOf(states);
  }

  /** Whether two callbacks ran at a time. */
  boolean overlapped() {
    return overlapped;
  }
}
