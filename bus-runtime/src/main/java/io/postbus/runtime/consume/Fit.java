package io.postbus.runtime.consume;

import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.spi.Capability;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Driver;
import io.postbus.spi.Order;
import io.postbus.spi.Problem;
import io.postbus.spi.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a subscription can be kept on a driver; if not, every reason. */
final class Fit {
  private static final Logger LOG = LoggerFactory.getLogger(Fit.class);

  private final Subscription s;
  private final Driver driver;
  private final boolean unsaid;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param unsaid whether its retries are the default
   */
  private Fit(Subscription s, Driver driver, boolean unsaid) {
    this.s = s;
    this.driver = driver;
    this.unsaid = unsaid;
  }

  /**
   * Checks it.
   *
   * @return the same; in a group with an order with as much of the default schedule as fits
   * @throws ConfigurationException with all problems
   */
  static Subscription checked(Subscription given, ConsumeContext context) {
    boolean unsaid = given.retry().equals(RetrySchedule.DEFAULT);
    Subscription s = unsaid ? cut(given, context) : given;
    Fit fit = new Fit(s, context.driver(), unsaid);
    fit.capabilities();
    fit.times();
    fit.store(context.waiting());
    if (!fit.problems.isEmpty()) {
      throw new ConfigurationException(fit.problems);
    }
    return s;
  }

  /**
   * Nobody asked for just these delays, so three quarters of what the broker allows are used for
   * them: what goes back to the group in between keeps its place and its attempts.
   */
  private static Subscription cut(Subscription s, ConsumeContext context) {
    HoldLimit hold = HoldLimit.of(context.driver());
    if (s.order() == Order.NONE || !hold.exists()) {
      return s;
    }
    RetrySchedule retry = s.retry();
    Duration room = hold.duration().multipliedBy(3).dividedBy(2).minus(s.timeout());
    while (!retry.delayed().isEmpty() && retry.total().compareTo(room) > 0) {
      List<Duration> fewer = retry.delayed().subList(0, retry.delayed().size() - 1);
      retry = new RetrySchedule(retry.inPlace(), fewer, retry.jitter());
    }
    if (retry.equals(s.retry())) {
      return s;
    }
    LOG.info(
        "{} has order: {}, so what fails is held for its retries, as long as the broker allows: its delays are {}. Configure retry to choose others",
        s.group(),
        word(s.order()),
        retry.delayed());
    return s.retry(retry);
  }

  private void capabilities() {
    Set<Capability> has = driver.capabilities();
    if (s.start() == Start.EARLIEST && !has.contains(Capability.REPLAY)) {
      problem("start: earliest needs a broker that keeps history, which this one does not");
    }
    if (s.order() == Order.KEY && !has.contains(Capability.ORDER_PER_KEY)) {
      problem("order: key is not possible on this driver");
    }
    if (s.order() == Order.SINGLE && !has.contains(Capability.SINGLE_ACTIVE)) {
      problem("order: single is not possible on this driver");
    }
  }

  private void store(Waiting waiting) {
    if (s.idempotent().isPresent() && !waiting.trusted()) {
      problem(
          "idempotent needs a store that remembers as well as the broker does, and this one forgets sooner; configure one under store, accept less with store.accept-weaker: true, or leave idempotent out");
    }
  }

  private void times() {
    HoldLimit hold = HoldLimit.of(driver);
    if (!hold.exists()) {
      return;
    }
    Duration most = hold.duration();
    if (s.timeout().compareTo(most) > 0) {
      problem(
          "timeout is %s, but a delivery may be in hand for %s, half of what the broker allows; shorten it or raise the broker's limit"
              .formatted(s.timeout(), most));
    } else if (s.order() != Order.NONE
        && !unsaid
        && s.retry().total().plus(s.timeout()).compareTo(most) > 0) {
      problem(
          "the retry schedule takes %s and the timeout %s, but with order: %s a failing delivery is held all the time, and that may be %s, half of what the broker allows; shorten them, for example delayed: [10s, 30s, 2m], or raise the broker's limit"
              .formatted(s.retry().total(), s.timeout(), word(s.order()), most));
    }
    if (s.batch().linger().compareTo(most) >= 0) {
      problem(
          "batch.wait is %s, but a delivery may be in hand for %s only"
              .formatted(s.batch().linger(), most));
    }
  }

  private static String word(Order order) {
    return order.name().toLowerCase(Locale.ROOT);
  }

  private void problem(String text) {
    problems.add(new Problem("", "The subscription of group " + s.group() + ": " + text));
  }
}
