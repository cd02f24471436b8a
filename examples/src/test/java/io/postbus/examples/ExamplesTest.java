package io.postbus.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** Every example runs, and shows what it says that it shows. */
class ExamplesTest {
  @Test
  void publishAndSubscribe() throws Exception {
    assertThat(output(() -> PublishAndSubscribe.main(new String[0])))
        .contains("billing: 120 for o-1", "audit: OrderPlaced {", "audit: OrderPaid paid by card");
  }

  @Test
  void retryAndDeadLetters() throws Exception {
    assertThat(output(() -> RetryAndDeadLetters.main(new String[0])))
        .containsSubsequence(
            "attempt 1 at o-1",
            "attempt 2 at o-1",
            "attempt 3 at o-1",
            "given up on: the bank is closed",
            "matched=1, sent=1, failed=0");
  }

  @Test
  void delayAndCancel() throws Exception {
    assertThat(output(() -> DelayAndCancel.main(new String[0])))
        .containsSubsequence("o-1 is paid: DONE", "once more: NOT_FOUND", "reminding of o-2")
        .doesNotContain("reminding of o-1");
  }

  @Test
  void guaranteed() throws Exception {
    assertThat(output(() -> Guaranteed.main(new String[0])))
        .containsSubsequence("messages that the broker loses: 1", "billing o-1");
  }

  @Test
  void outbox() throws Exception {
    assertThat(output(() -> Outbox.main(new String[0])))
        .containsSubsequence("placed o-1", "placed o-3")
        // Orders of two keys, which have no order between them.
        .contains("billed o-1", "billed o-3")
        .doesNotContain("billed o-2");
  }

  @Test
  void orderPerKey() throws Exception {
    assertThat(output(() -> OrderPerKey.main(new String[0])))
        .contains(
            "account-0 [0, 4, 8, 12, 16, 20, 24, 28, 32, 36]",
            "account-3 [3, 7, 11, 15, 19, 23, 27, 31, 35, 39]");
  }

  @Test
  void batches() throws Exception {
    assertThat(output(() -> Batches.main(new String[0])))
        .contains("250 published", "storing 100 clicks at once");
  }

  @Test
  void oneAtATime() throws Exception {
    assertThat(output(() -> OneAtATime.main(new String[0])))
        .contains("closing the month under epoch", "somebody else may not");
  }

  /** What a program does. */
  private interface Program {
    void run() throws Exception;
  }

  private static String output(Program program) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(UTF_8);
  }
}
