package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes come as they were sent, and whoever wants it is told when they have been read. */
class ArrivingTest {
  private final List<String> told = new ArrayList<>();

  @Test
  void bytesComeAsTheyWereSent() throws Exception {
    byte[] sent = new byte[300_000];
    Random random = new Random(7);
    random.nextBytes(sent);
    Arriving arriving = new Arriving(new ByteArrayInputStream(sent));
    byte[] got = new byte[sent.length];
    int at = 0;
    while (at < got.length) {
      if (random.nextInt(10) == 0) {
        got[at++] = (byte) arriving.read();
      } else {
        at += arriving.read(got, at, Math.min(got.length - at, 1 + random.nextInt(90_000)));
      }
    }
    assertThat(got).isEqualTo(sent);
    assertThat(arriving.read()).isNegative();
  }

  @Test
  void tellsOnceAllThatHasComeIsRead() throws Exception {
    Arriving arriving = new Arriving(bursts(new byte[] {1, 2, 3}, new byte[] {4}));
    assertThat(arriving.read()).isEqualTo(1);
    arriving.whenRead(() -> told.add("told"));
    assertThat(arriving.read()).isEqualTo(2);
    assertThat(arriving.read()).isEqualTo(3);
    assertThat(told).isEmpty();
    assertThat(arriving.read()).isEqualTo(4);
    assertThat(told).containsExactly("told");
    assertThat(arriving.read()).isNegative();
    assertThat(told).as("and not again").hasSize(1);
  }

  @Test
  void nothingIsReadTwiceAfterATimeout() throws Exception {
    InputStream quiet =
        new InputStream() {
          @Override
          public int read() throws SocketTimeoutException {
            throw new SocketTimeoutException("quiet");
          }

          @Override
          public int read(byte[] to, int from, int length) throws SocketTimeoutException {
            throw new SocketTimeoutException("quiet");
          }
        };
    Arriving arriving = new Arriving(bursts(new ByteArrayInputStream(new byte[] {1}), quiet));
    assertThat(arriving.read()).isEqualTo(1);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(arriving::read).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void tellsAtOnceWhereNothingIsReadAhead() {
    Arriving.NONE.whenRead(() -> told.add("told"));
    assertThat(told).hasSize(1);
  }

  private static InputStream bursts(byte[] first, byte[] second) {
    return bursts(new ByteArrayInputStream(first), new ByteArrayInputStream(second));
  }

  /** A sequence gives no more at a time than one of its parts has. */
  private static InputStream bursts(InputStream first, InputStream second) {
    return new SequenceInputStream(first, second);
  }
}
