package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Delayed;
import io.postbus.spi.Lease;
import io.postbus.spi.Move;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Broken connections, a server that restarts, is away, or does not answer. */
@Timeout(180)
abstract class StoreOutageContract extends StoreScene {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration SLACK = Duration.ofSeconds(4);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int WRITERS = 4;

  private final ServerStoreFixture server;
  private final String namespace = name("outage");

  StoreOutageContract(ServerStoreFixture fixture) {
    super(fixture);
    this.server = fixture;
  }

  @AfterEach
  void heal() {
    server.faults().start();
  }

  /** A store by this way, that waits for answers as long. */
  private Store by(Link link, Duration callTimeout) {
    Settings settings = Settings.of(link.settings());
    StoreContext context = new Impatient(namespace, name("node"), SHARDS, callTimeout);
    return closing(fixture.provider().open(settings, context));
  }

  private Store direct() {
    return open(namespace, SHARDS);
  }

  private record Impatient(String namespace, String node, int shards, Duration callTimeout)
      implements StoreContext {
    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }
  }

  @Test
  void connectionsCutInTheMiddleOfBatchesLoseNothing() throws Exception {
    Link link = closing(server.link());
    writesGoOn(
        by(link, patience()),
        progress -> {
          for (int i = 1; i <= 10; i++) {
            link.cut();
            progress.beyond(progress.now() + 10);
          }
        });
  }

  @Test
  void aServerThatIsKilledAndStartedLosesNothing() throws Exception {
    Link link = closing(server.link());
    Store store = by(link, patience());
    Lease lease = store.leases().acquire("kept", "a", LONG).orElseThrow();
    writesGoOn(
        store,
        progress -> {
          server.faults().kill();
          server.faults().start();
          progress.beyond(progress.now() + 20);
        });
    assertThat(direct().leases().acquire("kept", "b", LONG)).isEmpty();
    assertThat(store.leases().renew(lease, LONG)).isPresent();
  }

  private interface Fault {
    void during(Progress progress) throws Exception;
  }

  /** How many batches are in. */
  private final class Progress {
    private final AtomicInteger batches = new AtomicInteger();

    int now() {
      return batches.get();
    }

    void beyond(int count) {
      eventually().until("more than " + count + " batches", () -> batches.get() > count);
    }
  }

  /** Each writer repeats a batch until it is in. */
  private void writesGoOn(Store store, Fault fault) throws Exception {
    Progress progress = new Progress();
    AtomicBoolean stop = new AtomicBoolean();
    List<Delayed> written = Collections.synchronizedList(new ArrayList<>());
    List<Callable<Integer>> all = new ArrayList<>();
    for (int n = 0; n < WRITERS; n++) {
      all.add(
          () -> {
            while (!stop.get()) {
              List<Delayed> batch = some(200);
              put(store, batch);
              written.addAll(batch);
              progress.batches.incrementAndGet();
            }
            return 0;
          });
    }
    all.add(
        () -> {
          try {
            progress.beyond(10);
            fault.during(progress);
          } finally {
            stop.set(true);
          }
          return 0;
        });
    InParallel.run(all, patience().multipliedBy(4));
    List<Delayed> read = new ArrayList<>();
    Store direct = direct();
    for (Slot after = before(due); ; after = read.get(read.size() - 1).slot()) {
      List<Delayed> some = direct.delays().read(shard(), after, before(due.plusSeconds(60)), 2_000);
      if (some.isEmpty()) {
        break;
      }
      read.addAll(some);
    }
    assertThat(read).hasSameSizeAs(written);
    assertThat(new HashSet<>(DelayContract.slots(read)))
        .isEqualTo(new HashSet<>(DelayContract.slots(written)));
  }

  /** With new ids, due in this test's first second. */
  private List<Delayed> some(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                entry(
                    Message.builder("topic", "Outage").key(key).body(new byte[200]).build(),
                    due.plusMillis(n)))
        .toList();
  }

  private void put(Store store, List<Delayed> batch) {
    retrying("the batch is in", () -> store.delays().put(shard(), batch));
  }

  private void retrying(String what, Runnable call) {
    eventually()
        .until(
            what,
            () -> {
              try {
                call.run();
                return true;
              } catch (BusException e) {
                assertThat(e.retryable()).as("retryable: " + e).isTrue();
                return false;
              }
            });
  }

  /** An entry is moved by the one who was told so, or by one who was told nothing. */
  @Test
  void movesThatWereCutAreDoneOrNotDone() throws Exception {
    List<Delayed> entries = entries(2_000);
    Store direct = direct();
    for (int from = 0; from < entries.size(); from += 500) {
      direct.delays().put(shard(), entries.subList(from, from + 500));
    }
    List<Slot> told = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger unknown = new AtomicInteger();
    AtomicInteger movers = new AtomicInteger(2);
    List<Callable<Integer>> all = new ArrayList<>();
    List<Link> links = List.of(closing(server.link()), closing(server.link()));
    for (Link link : links) {
      Store store = by(link, patience());
      all.add(
          () -> {
            for (int from = 0; from < entries.size(); from += 20) {
              List<Move> moves =
                  entries.subList(from, from + 20).stream()
                      .map(d -> new Move(d.slot(), List.of(d.at(due.plusSeconds(40)))))
                      .toList();
              retrying(
                  "the moves are done",
                  () -> {
                    try {
                      store.delays().move(shard(), moves).stream()
                          .forEach(i -> told.add(moves.get(i).from()));
                    } catch (ConnectionException e) {
                      unknown.addAndGet(moves.size());
                      throw e;
                    }
                  });
            }
            return movers.decrementAndGet();
          });
    }
    all.add(
        () -> {
          while (movers.get() > 0) {
            int before = told.size();
            links.forEach(Link::cut);
            eventually().until("more", () -> told.size() > before + 40 || movers.get() == 0);
          }
          return 0;
        });
    InParallel.run(all, patience().multipliedBy(4));
    assertThat(told).doesNotHaveDuplicates();
    assertThat(told.size() + unknown.get()).isGreaterThanOrEqualTo(2_000);
    assertThat(readAll(direct))
        .hasSize(2_000)
        .allMatch(d -> d.slot().due().isAfter(due.plusSeconds(39)));
  }

  @Test
  void whileNothingComesThroughCallsEndInTime() {
    Link link = closing(server.link());
    Store store = by(link, SHORT);
    Delayed entry = entry(due, 0);
    retrying("a first call", () -> store.delays().put(shard(), List.of(entry)));
    link.stall();
    List<Runnable> calls =
        List.of(
            () -> store.delays().put(shard(), List.of(entry)),
            () -> store.delays().move(shard(), List.of(Move.remove(entry.slot()))),
            () -> store.delays().read(shard(), Slot.MIN, Slot.MAX, 1),
            () -> store.leases().acquire("a", "b", LONG),
            () -> store.dedup().complete("g", List.of("1"), Instant.now()),
            store::now);
    calls.forEach(this::failsInTime);
    link.restore();
    retrying("calls work again", () -> assertThat(readAll(store)).containsExactly(entry));
  }

  private void failsInTime(Runnable call) {
    ConnectionException failure =
        Timed.within(
            SHORT.multipliedBy(2).plus(SLACK),
            () -> catchThrowableOfType(ConnectionException.class, call::run));
    assertThat(failure).as("what the call ended with").isNotNull();
    assertThat(fixture.secrets()).noneMatch(failure.toString()::contains);
  }

  @Test
  void aStoreMayBeOpenedBeforeItsServer() {
    Link link = closing(server.link());
    link.down();
    Store store = Timed.within(SLACK, () -> by(link, SHORT));
    failsInTime(() -> store.groups().all());
    failsInTime(store::now);
    link.restore();
    retrying("calls work", () -> assertThat(store.groups().all()).isEmpty());
  }

  @Test
  void aStoreIsClosedInTimeWhileNothingComesThrough() throws Exception {
    Link link = closing(server.link());
    Store store = by(link, CLOSE.multipliedBy(2));
    retrying("a first call", store::now);
    link.stall();
    Waiting call = Waiting.in(() -> store.delays().put(shard(), entries(1)));
    failsInTime(by(link, SHORT)::now);
    Timed.within(CLOSE.plusSeconds(1), store::close);
    assertThat(call.failure(patience())).isInstanceOf(ClosedException.class);
  }

  @Test
  void aHolderWhoseConnectionsFrozeHasLostItsLease() {
    Link link = closing(server.link());
    Store frozen = by(link, SHORT);
    Store other = direct();
    List<Lease> got = new ArrayList<>();
    retrying(
        "a lease",
        () -> frozen.leases().acquire("frozen", "a", Duration.ofSeconds(1)).ifPresent(got::add));
    Lease late = got.get(0);
    link.stall();
    eventually()
        .until(
            "it runs out",
            () -> {
              other.leases().acquire("frozen", "b", LONG).ifPresent(got::add);
              return got.size() == 2;
            });
    failsInTime(() -> frozen.leases().renew(late, LONG));
    link.restore();
    retrying("an answer", () -> assertThat(frozen.leases().renew(late, LONG)).isEmpty());
    assertThat(got.get(1).epoch()).isGreaterThan(late.epoch());
    assertThat(other.leases().renew(got.get(1), LONG)).isPresent();
  }
}
