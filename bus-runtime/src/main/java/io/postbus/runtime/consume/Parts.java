package io.postbus.runtime.consume;

import io.postbus.Health.ConsumerHealth;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.Subscription;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.BusException;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member is made of, put together: all but who handles the jobs, which is where the sink
 * leads to.
 */
final class Parts implements Membership.Stays {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  /** So many more than usual are held while they are tried one by one. */
  private static final int TRIALS = 8;

  /** The key of all jobs in a group with a single order. */
  private static final String ONE_LANE = "";

  private final Subscription subscription;
  private final ConsumeContext context;
  private final InFlightLimit limit;
  private final Wakeup wakeup = new Wakeup();
  private final Lanes lanes;
  private final GivingBack givingBack;
  private final Revocation revocation;
  private final Intake intake;
  private final Enrolment enrolment;
  private final @Nullable Sharing sharing;
  private final @Nullable Suspects suspects;
  private final @Nullable OnceGate once;
  private final Completion completion;
  private int told;

  final InFlight inFlight;
  final Circuit circuit;
  final Settling settling;
  final Beginning beginning;
  final HandingOn handingOn;
  final Membership membership;

  /**
   * Puts them together.
   *
   * @param sink where jobs go that may be handled now
   * @param ended called when the member has left for good
   */
  Parts(
      Subscription s,
      ConsumeContext context,
      InFlightLimit limit,
      Lanes.Sink sink,
      Runnable ended) {
    this.subscription = s;
    this.context = context;
    this.limit = limit;
    Timeline timeline = context.timeline();
    HoldLimit hold = HoldLimit.of(context.driver());
    Remembered remembered = new Remembered();
    inFlight = new InFlight(limit.capacity(), wakeup::call);
    Marking marking = new Marking(s);
    suspects = context.once().outlives() ? new Suspects(s.group(), context, sink) : null;
    Lanes.Sink last = suspects == null ? sink : suspects;
    once = s.idempotent().map(i -> new OnceGate(s.group(), context, marking, last)).orElse(null);
    DueGate gate = new DueGate(once == null ? last : once, inFlight, timeline);
    lanes = watched(lanes(s.order(), gate));
    Exit exit = new Exit(s.group(), s.order() != Order.NONE, context, inFlight, lanes, remembered);
    completion = new Completion(s.group(), context, marking, once != null, exit);
    handingOn = handingOn(new Crossing(context, hold, exit));
    givingBack =
        new GivingBack(
            s.order() != Order.NONE, timeline, inFlight, lanes, hold, exit, handingOn, this::wake);
    sharing =
        limit.resizable()
            ? new Sharing(
                s.group(),
                context.driver().signals(),
                timeline,
                inFlight,
                limit,
                givingBack,
                this::wake)
            : null;
    circuit =
        new Circuit(
            s,
            context,
            lanes,
            () -> limit.room(inFlight) > (limit.resizable() ? -TRIALS : 0),
            this::wake);
    Recovery recovery = new Recovery(s, hold, context.waiting().trusted(), context.random());
    settling =
        new Settling(
            s.group(),
            context,
            inFlight,
            lanes,
            gate,
            recovery,
            circuit,
            handingOn,
            givingBack,
            exit,
            completion);
    if (once != null) {
      once.repeatedTo(settling::repeated);
    }
    Deadlines deadlines = new Deadlines(inFlight, timeline, s.timeout());
    beginning = new Beginning(timeline, s.timeout(), settling, deadlines);
    intake = new Intake(s.group(), context, s.events(), s.timeout(), hold, remembered, settling);
    enrolment = new Enrolment(context, s);
    revocation = new Revocation(inFlight, lanes, deadlines);
    membership =
        new Membership(
            s.group(),
            timeline,
            this,
            wakeup,
            inFlight,
            revocation,
            () -> {
              close();
              ended.run();
            });
  }

  /** Starts the member's thread. */
  void start() {
    Threads.daemons("postbus-" + subscription.group() + "-poller").newThread(membership).start();
  }

  /** Waits until the member has joined, or for the limit; throws why it never can. */
  void awaitJoined(Duration limit) {
    try {
      membership.joined().get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException later) {
      LOG.info("{} is not joined within {}; that goes on", subscription.group(), limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BusException known
          ? known
          : new IllegalStateException("Group " + subscription.group() + " failed", e.getCause());
    }
  }

  /** Waits until the member has left. */
  void awaitEnd(Duration limit) {
    try {
      if (!membership.awaitEnd(limit)) {
        LOG.warn("The consumer of {} has not ended within {}", subscription.group(), limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How the member is; its handlers left aside. */
  Condition condition() {
    Condition now = membership.condition();
    String trouble = trouble();
    if (now.state() == State.RUNNING && circuit.isOpen()) {
      return Condition.stalled("paused by circuit: " + circuit.cause());
    }
    if (now.state() != State.RUNNING || trouble == null) {
      return now;
    }
    return limit.room(inFlight) > 0
        ? new Condition(State.RUNNING, trouble)
        : Condition.stalled(trouble);
  }

  private @Nullable String trouble() {
    String writing = handingOn.trouble();
    String marking = completion.trouble();
    String checking = once == null ? null : once.checks().trouble();
    return Stream.of(writing, marking, checking, enrolment.trouble())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private void close() {
    circuit.close();
    enrolment.close();
    if (sharing != null) {
      sharing.leave();
    }
    handingOn.close();
    if (once != null) {
      once.checks().close(once::over);
    }
    completion.close();
    if (suspects != null) {
      suspects.close();
    }
  }

  ConsumerHealth health(Condition condition) {
    return new ConsumerHealth(
        subscription.module(),
        subscription.consumer(),
        subscription.group(),
        condition.state(),
        condition.detail(),
        inFlight.held());
  }

  @Override
  public Consumer join(ConsumerListener listener) {
    told = limit.forDriver(inFlight);
    if (sharing != null) {
      sharing.join();
    }
    return context
        .driver()
        .consumer(new ConsumerSpec(enrolment.declare(), told, subscription.start()), listener);
  }

  @Override
  public Poller poller(Consumer consumer) {
    return new Poller(
        consumer,
        told,
        subscription.fetch(),
        context.timeline(),
        wakeup,
        inFlight,
        limit,
        circuit,
        intake,
        lanes,
        givingBack,
        revocation,
        sharing);
  }

  private Lanes watched(Lanes own) {
    Lanes all = once == null ? own : new WatchedLanes(own, once::over, job -> {});
    return suspects == null ? all : new WatchedLanes(all, suspects::over, suspects::followed);
  }

  private HandingOn handingOn(Crossing crossing) {
    String group = subscription.group();
    Timeline timeline = context.timeline();
    NextPlace broker =
        new BrokerPlace(context.driver(), context.groups(), context.producer(), timeline, group);
    NextPlace place =
        context.waiting().trusted() ? new StorePlace(context.waiting(), group) : broker;
    return new HandingOn(group, place, broker, timeline, inFlight, crossing);
  }

  private void wake() {
    membership.wake();
  }

  private static Lanes lanes(Order order, Lanes.Sink sink) {
    return switch (order) {
      case NONE -> Lanes.unordered(sink);
      case KEY -> new KeyLanes(sink, job -> job.message().key());
      case SINGLE -> new KeyLanes(sink, job -> ONE_LANE);
    };
  }
}
