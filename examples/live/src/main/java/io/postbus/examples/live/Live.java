package io.postbus.examples.live;

/** What happens on the site: the events, and the topics they are published to. */
public final class Live {
  public static final String INCOME = "live.income";
  public static final String DURATION = "live.duration";
  public static final String TASK = "live.task";
  public static final String RATES = "live.rates";

  private Live() {}

  /** A streamer was given something. On {@link #INCOME}, keyed by the streamer. */
  public record IncomeEarned(String uid, long amount, String currency) {}

  /** A streamer has been on air for so long today. On {@link #DURATION}, keyed by the streamer. */
  public record DurationReached(String uid, long minutes) {}

  /** A streamer has done today's task. On {@link #TASK}, keyed by the streamer. */
  public record TaskCompleted(String uid, long minutes, long coins) {}

  /** So many coins are worth one of a currency from now on. On {@link #RATES}. */
  public record RateSet(String currency, long coins) {}
}
