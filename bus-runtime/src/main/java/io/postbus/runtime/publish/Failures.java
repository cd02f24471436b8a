package io.postbus.runtime.publish;

import io.postbus.spi.BusException;
import io.postbus.spi.PublishException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What a stage failed with, out of its wrappings. */
final class Failures {
  private Failures() {}

  static Throwable cause(Throwable error) {
    Throwable t = error;
    while ((t instanceof CompletionException || t instanceof ExecutionException)
        && t.getCause() != null) {
      t = t.getCause();
    }
    return t;
  }

  /** As one of ours; what is not comes from an interceptor. */
  static BusException ours(Throwable error) {
    Throwable cause = cause(error);
    return cause instanceof BusException e
        ? e
        : PublishException.unknown("Publishing failed in an interceptor: " + cause, cause);
  }
}
