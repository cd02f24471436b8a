package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Received;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The payload arrives as it was sent, byte for byte. */
abstract class PayloadContract extends DriverScene {
  private static final int MEGABYTE = 1_000_000;

  PayloadContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void anEmptyPayload() {
    arrivesUnchanged(new byte[0]);
  }

  @Test
  void aMegabyte() {
    byte[] large = new byte[MEGABYTE];
    new Random(7).nextBytes(large);
    arrivesUnchanged(large);
  }

  @Test
  void everyByteThereIs() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    arrivesUnchanged(all);
  }

  @Test
  void textOfManyScripts() {
    arrivesUnchanged(Messages.bytes("größe 日本 עברית 🚚 e\u0301 \u0000 \r\n"));
  }

  @Test
  void whatLooksLikeAnotherEncoding() {
    arrivesUnchanged(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, (byte) 0xC3, 0x28});
    arrivesUnchanged(new byte[] {0x1F, (byte) 0x8B, 0, 0});
    arrivesUnchanged(Messages.bytes("{\"data\": \"AAEC\"}"));
  }

  private void arrivesUnchanged(byte[] payload) {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    node.publish(Message.of(topic, Messages.TYPE, payload.clone()));
    List<Received> got = member.receive(1);
    assertThat(got.get(0).message().payload()).isEqualTo(payload);
    member.ack(got);
  }
}
