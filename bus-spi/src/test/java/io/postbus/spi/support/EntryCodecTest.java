package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.Delayed;
import io.postbus.spi.StoreException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EntryCodecTest {
  private final Delayed entry = Nodes.entry(1, new byte[] {1, 2, 3}, "handle");
  private final byte[] body = EntryCodec.encode(entry);

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
