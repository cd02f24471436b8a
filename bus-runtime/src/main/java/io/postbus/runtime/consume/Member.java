package io.postbus.runtime.consume;

import io.postbus.BatchHandler;
import io.postbus.Consuming;
import io.postbus.Handler;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.Interceptor;
import io.postbus.Subscription;
import io.postbus.runtime.consume.Membership.Wanted;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group that hands what it gets to a handler. It joins by itself, as soon as the
 * broker lets it. Thread-safe.
 */
public final class Member implements Consuming {
  private static final Logger LOG = LoggerFactory.getLogger(Member.class);

  /** What comes after the grace: settlements are sent, the consumer closes. */
  private static final Duration AFTER_GRACE = Duration.ofSeconds(9);

  private final Subscription subscription;
  private final Duration grace;
  private final Parts parts;
  private final Workers<?> workers;

  private <W> Member(
      Subscription s,
      ConsumeContext context,
      Parts parts,
      Ready<W> ready,
      BiConsumer<W, Worker> runner) {
    this.subscription = s;
    this.grace = context.grace();
    this.parts = parts;
    int concurrency = s.order() == Order.SINGLE ? 1 : s.concurrency();
    this.workers = new Workers<>(s.group(), concurrency, ready, runner);
  }

  /**
   * Joins with a handler of single deliveries; returns at once.
   *
   * @throws io.postbus.spi.ConfigurationException if the subscription does not fit the driver
   */
  public static Member join(Subscription given, Handler handler, ConsumeContext context) {
    Subscription s = Fit.checked(given, context);
    Timeline timeline = context.timeline();
    Ready<Job> ready = new Ready<>(timeline.pending());
    Parts parts =
        new Parts(
            s,
            context,
            InFlightLimit.ofHandlers(s, context.driver(), 1),
            Lanes.to(ready),
            ready::close);
    Throttle<Job> throttle = Throttle.of(s, timeline, job -> 1, ready::add);
    Handler whole = intercepted(handler, context.interceptors());
    SingleRunner runner =
        new SingleRunner(
            parts.beginning,
            whole,
            s.manualAck(),
            throttle,
            parts.circuit,
            ready::add,
            timeline,
            new LogContext(s));
    return new Member(s, context, parts, ready, runner).start();
  }

  /**
   * Joins with a handler of batches; returns at once.
   *
   * @throws io.postbus.spi.ConfigurationException if the subscription does not fit the driver
   */
  public static Member joinBatch(Subscription given, BatchHandler handler, ConsumeContext context) {
    Subscription s = Fit.checked(given, context);
    Timeline timeline = context.timeline();
    Ready<Batch> ready = new Ready<>(timeline.pending());
    Batches batches = new Batches(s.batch(), timeline, ready::add);
    InFlightLimit limit = InFlightLimit.ofHandlers(s, context.driver(), s.batch().size());
    Parts parts = new Parts(s, context, limit, batches, ready::close);
    Throttle<Batch> throttle = Throttle.of(s, timeline, Batch::size, ready::add);
    BatchRunner runner =
        new BatchRunner(
            parts.beginning,
            batchIntercepted(handler, context.interceptors()),
            s.manualAck(),
            throttle,
            parts.circuit,
            ready::add,
            timeline,
            new LogContext(s),
            parts.settling);
    return new Member(s, context, parts, ready, runner).start();
  }

  /**
   * Waits until it has joined; returns, too, when the limit is over, and it then joins later.
   *
   * @throws io.postbus.spi.BusException if it never can
   */
  public void awaitJoined(Duration limit) {
    parts.awaitJoined(limit);
  }

  @Override
  public Subscription subscription() {
    return subscription;
  }

  @Override
  public void pause() {
    parts.membership.want(Wanted.PAUSED);
  }

  @Override
  public void resume() {
    parts.membership.want(Wanted.RUNNING);
  }

  @Override
  public ConsumerHealth health() {
    Condition condition = parts.condition();
    if (condition.state() == State.RUNNING && workers.stuck() > 0) {
      String detail = workers.stuck() + " handlers do not come back from their interrupt";
      condition = workers.able() ? new Condition(State.RUNNING, detail) : Condition.stalled(detail);
    }
    return parts.health(condition);
  }

  /**
   * Whether it would take another delivery if there was one: it has joined, is not paused and has
   * room. For tests that want to know whether all is quiet.
   */
  public boolean hungry() {
    return parts.membership.hungry();
  }

  @Override
  public void close() {
    close(grace);
  }

  @Override
  public void close(Duration limit) {
    parts.membership.close(limit);
    if (workers.current()) {
      LOG.debug("Closed from within a handler of {}: it ends after this", subscription.group());
      return;
    }
    parts.awaitEnd(limit.plus(AFTER_GRACE));
  }

  private Member start() {
    parts.start();
    return this;
  }

  private static BatchHandler batchIntercepted(
      BatchHandler handler, List<Interceptor> interceptors) {
    BatchHandler whole = handler;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      Interceptor around = interceptors.get(i);
      BatchHandler within = whole;
      whole = batch -> around.handleBatch(batch, within);
    }
    return whole;
  }

  /** The handler with the interceptors around it, the first the outermost. */
  private static Handler intercepted(Handler handler, List<Interceptor> interceptors) {
    Handler whole = handler;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      Interceptor around = interceptors.get(i);
      Handler within = whole;
      whole = delivery -> around.handle(delivery, within);
    }
    return whole;
  }
}
