package io.postbus.faults.check;

import io.postbus.faults.history.Ledger;
import java.util.List;

/** Something that holds in every history, whatever was broken. Stateless, thread-safe. */
interface Rule {
  /** As the account names it. */
  String name();

  /** A sentence for each place where the history breaks it. */
  List<String> broken(Ledger ledger);
}
