package io.postbus.benchmarks;

import java.time.Duration;

/** Cases on one broker, or of one kind. */
interface Suite {
  /**
   * Measures.
   *
   * @param time that it may take, to be kept by doing less where the machine is slow
   */
  void run(Options options, Results results, Duration time) throws Exception;
}
