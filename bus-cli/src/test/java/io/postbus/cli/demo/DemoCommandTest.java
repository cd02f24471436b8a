package io.postbus.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.Command;
import io.postbus.cli.Command.Result;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
  @Test
  void tellsTheStoryAndItsTableAddsUp() {
    Result demo = Command.PLAIN.run("demo");
    assertThat(demo.err())
        .contains("ann", "is cancelled", "dead letters", "every group has handled");
    assertThat(demo.code()).isZero();
    assertThat(demo.lines()).hasSize(4);
    assertThat(demo.lines().get(0)).contains("GROUP", "DUE", "HANDLED", "MISSING");
    assertThat(demo.lines().get(2)).matches("totals.all +317 +317 +0 +1 +1 +0 +0 +0");
  }
}
