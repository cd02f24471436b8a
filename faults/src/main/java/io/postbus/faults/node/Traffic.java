package io.postbus.faults.node;

import io.postbus.Subscription.Circuit;
import java.time.Duration;

/** What the nodes of a run have in common. */
public final class Traffic {
  public static final String TOPIC = "faults-orders";

  /** The group that asks for order by key. */
  public static final String STRICT = "faults-strict";

  /** The group that asks for no order. */
  public static final String LOOSE = "faults-loose";

  /** How long a handler may take. */
  public static final Duration HANDLER_LIMIT = Duration.ofSeconds(3);

  /** As quick as the schedule. */
  static final Circuit STRICT_CIRCUIT = new Circuit(20, Duration.ofSeconds(1));

  /** The schedule takes little more than a second, within which a node may get no twenty. */
  static final Circuit LOOSE_CIRCUIT = new Circuit(5, Duration.ofSeconds(1));

  static final int KEYS = 24;
  static final String LOCK = "faults-lock";

  private Traffic() {}
}
