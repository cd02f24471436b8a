package io.postbus.runtime.consume;

import io.postbus.Subscription;
import java.util.List;
import org.slf4j.MDC;

/**
 * What every log line of a handler carries, in the MDC of its thread. What is the same for each
 * message stays there, for the threads are the group's own, and is put again each time, for a
 * handler may clear it. Thread-safe.
 */
final class LogContext {
  static final String ID = "postbus.id";
  static final String GROUP = "postbus.group";
  static final String ATTEMPT = "postbus.attempt";
  static final String MODULE = "postbus.module";
  static final String CONSUMER = "postbus.consumer";

  private static final String FIRST = "1";

  private final String group;
  private final String module;
  private final String consumer;

  LogContext(Subscription s) {
    this.group = s.group();
    this.module = s.module();
    this.consumer = s.consumer();
  }

  void enter(Job job) {
    MDC.put(ID, job.message().id());
    MDC.put(ATTEMPT, job.attempt() == 1 ? FIRST : Integer.toString(job.attempt()));
    enter();
  }

  /** A batch has no id or attempt of its own, unless it is of one. */
  void enter(List<Job> batch) {
    if (batch.size() == 1) {
      enter(batch.get(0));
    } else {
      enter();
    }
  }

  void leave() {
    MDC.remove(ID);
    MDC.remove(ATTEMPT);
  }

  private void enter() {
    MDC.put(GROUP, group);
    MDC.put(CONSUMER, consumer);
    if (!module.isEmpty()) {
      MDC.put(MODULE, module);
    }
  }
}
