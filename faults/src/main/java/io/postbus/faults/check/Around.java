package io.postbus.faults.check;

import io.postbus.faults.history.Ledger;
import java.time.Duration;
import java.time.Instant;

/** Which moments a fault may have marked. */
final class Around {
  /**
   * How long after its end a fault may still make something happen twice. A message that is being
   * fired is due again after 30 s, should its node not have noted the confirmation.
   */
  static final Duration AFTERMATH = Duration.ofSeconds(40);

  private Around() {}

  static boolean aFault(Ledger ledger, Instant moment) {
    return ledger.windows().stream().anyMatch(w -> w.explains(moment, AFTERMATH));
  }
}
