package io.postbus.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Somebody who keeps messages until they are due, and then has them handled. */
interface DelayClient extends AutoCloseable {
  /** Among the contestants. */
  String name();

  /** From now on the payloads of what is due go there, on any thread. */
  void deliver(Consumer<byte[]> to) throws Exception;

  /**
   * Keeps a message. May wait for room.
   *
   * @param wait from now until it is due; for those who only know durations
   * @return completes when the message would survive a crash
   */
  CompletionStage<Void> put(byte[] body, Instant due, Duration wait) throws Exception;
}
