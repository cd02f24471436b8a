/**
 * What happened, as the processes of a run wrote it down: events, journals and the ledger made of
 * them. Judges nothing.
 */
@NullMarked
package io.postbus.faults.history;

import org.jspecify.annotations.NullMarked;
