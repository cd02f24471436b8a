package io.postbus.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Failure;
import io.postbus.spi.Slot;
import io.postbus.spi.StoreException;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EntryCodecTest {
  private static final Instant TIME = Instant.parse("2040-01-01T00:00:00.123456789Z");

  private final Delayed entry = entry();
  private final byte[] body = EntryCodec.encode(entry);

  private static Delayed entry() {
    Message m =
        Message.builder("topic", "Type")
            .id("id-1")
            .key("k")
            .time(TIME)
            .expiry(TIME.plusSeconds(1))
            .header("h", "größer")
            .body(new byte[] {1, 2, 3})
            .build();
    Destination to = Destination.group("group");
    Failure failure = new Failure(TIME, TIME.plusNanos(1), "Error", "said", "trace", 2);
    return new Delayed(Slot.of(TIME, 0, m.id(), to, 1), Kind.RETRY, to, m, 3, "handle", failure);
  }

  @Test
  void readsWhatItWrote() {
    Delayed read = EntryCodec.decode(entry.slot(), body);
    assertThat(read).isEqualTo(entry);
    assertThat(read.message().payload()).containsExactly(1, 2, 3);
  }

  @Test
  void refusesWhatANewerOneWrote() {
    byte[] newer = body.clone();
    newer[0]++;
    assertThatThrownBy(() -> EntryCodec.decode(entry.slot(), newer))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("newer");
  }

  @Test
  void refusesWhatIsCutAnywhere() {
    for (int length = 0; length < body.length; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      assertThatThrownBy(() -> EntryCodec.decode(entry.slot(), cut))
          .as("cut to " + length)
          .isInstanceOf(StoreException.class);
    }
  }
}
