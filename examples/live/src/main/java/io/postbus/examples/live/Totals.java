package io.postbus.examples.live;

import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.Handlers;
import io.postbus.ModuleHandler;
import io.postbus.NotRetryable;
import io.postbus.examples.live.Live.IncomeEarned;
import io.postbus.examples.live.Live.RateSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the events and adds up, in coins, what was earned. */
public final class Totals implements ModuleHandler {
  private static final Logger log = LoggerFactory.getLogger(Totals.class);

  private final Map<String, Long> coinsOf = new ConcurrentHashMap<>(Map.of("coins", 1L));
  private final LongAdder events = new LongAdder();
  private final LongAdder coins = new LongAdder();
  private final Handler byType =
      Handlers.on("IncomeEarned", IncomeEarned.class, this::earned)
          .on("RateSet", RateSet.class, this::rate)
          .otherwise(delivery -> events.increment());

  /** An amount cannot be converted. Trying again does not help, a rate would. */
  public static final class UnknownCurrencyException extends Exception implements NotRetryable {
    private static final long serialVersionUID = 1L;

    UnknownCurrencyException(String currency) {
      super("Nobody has published a rate for " + currency);
    }
  }

  @Override
  public void handle(Delivery delivery) throws Exception {
    byType.handle(delivery);
  }

  private void earned(IncomeEarned income, Delivery delivery) throws UnknownCurrencyException {
    Long rate = coinsOf.get(income.currency());
    if (rate == null) {
      throw new UnknownCurrencyException(income.currency());
    }
    coins.add(income.amount() * rate);
    events.increment();
  }

  private void rate(RateSet rate, Delivery delivery) {
    coinsOf.put(rate.currency(), rate.coins());
    events.increment();
    log.info("One {} is {} coins", rate.currency(), rate.coins());
  }

  @Override
  public void stop() {
    log.info("{} events, {} coins earned", events.sum(), coins.sum());
  }
}
