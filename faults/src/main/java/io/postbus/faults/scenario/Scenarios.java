package io.postbus.faults.scenario;

import io.postbus.faults.scenario.WiresBroken.How;
import io.postbus.faults.scenario.WiresBroken.Whom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** All that is done to worlds. */
public final class Scenarios {
  private static final List<Fault> FAULTS =
      List.of(
          new BrokerDown("broker-stopped", false, seconds(7)),
          new BrokerDown("broker-killed", true, seconds(7)),
          new BrokerFrozen(),
          new PublishersBlocked(),
          new ConsumersEvicted(),
          new QueueDeleted(),
          new BrokerWiped(),
          new WiresBroken("all-cut", How.CUT, Whom.ALL, seconds(1)),
          new WiresBroken("consumer-cut-off", How.REFUSED, Whom.ONE_CONSUMER, seconds(5)),
          new WiresBroken("publisher-cut-off", How.REFUSED, Whom.PUBLISHER, seconds(5)),
          new WiresBroken("all-half-open", How.STALLED, Whom.ALL, seconds(9)),
          new WiresBroken("consumer-half-open", How.STALLED, Whom.ONE_CONSUMER, seconds(9)),
          new WiresBroken("publisher-half-open", How.STALLED, Whom.PUBLISHER, seconds(9)),
          new WiresBroken("only-hears", How.OUTGOING_STALLED, Whom.ONE_CONSUMER, seconds(9)),
          new WiresBroken("only-speaks", How.INCOMING_STALLED, Whom.PUBLISHER, seconds(9)),
          new WiresBroken("all-slow", How.SLOW, Whom.ALL, seconds(8)),
          new StoreDown("store-stopped", false, seconds(5)),
          new StoreDown("store-killed", true, seconds(10)),
          new StoreStalled(),
          new StoreExhausted(),
          new StoreFull(),
          new NodeKilled(),
          new NodeFrozen(),
          new ClockOff("clock-ahead", Duration.ofMinutes(5)),
          new ClockOff("clock-behind", Duration.ofMinutes(-5)),
          new BadMood("handlers-slow", "slow", seconds(5)),
          new BadMood("handlers-hanging", "hanging", seconds(8)),
          new BadMood("handlers-leaking", "leaking", seconds(5)),
          // A circuit opens after so many new messages: attempts run out before, where none come.
          new BadMood("downstream-away", "failing", seconds(10), Set.of("broker", "p1")));

  private Scenarios() {}

  /** Each fault alone, and what is no fault. */
  public static List<Scenario> single() {
    Stream<Scenario> others =
        Stream.of(
            new LeaderKilled(),
            new GracefulStop(),
            new Churn(),
            new Alone(new BrokerDown("broker-down-for-long", true, Duration.ofSeconds(60))));
    return Stream.concat(FAULTS.stream().map(Alone::new), others).toList();
  }

  /** What takes seconds: all but the long outage, and one mixture. */
  public static List<Scenario> brief() {
    Stream<Scenario> others =
        Stream.of(new LeaderKilled(), new GracefulStop(), new Churn(), mixed());
    return Stream.concat(FAULTS.stream().map(Alone::new), others).toList();
  }

  /** Several at a time, at random. */
  public static Scenario mixed() {
    return new Mixed(FAULTS);
  }

  private static Duration seconds(int n) {
    return Duration.ofSeconds(n);
  }
}
