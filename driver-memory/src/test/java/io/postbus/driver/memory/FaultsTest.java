package io.postbus.driver.memory;

import static io.postbus.driver.memory.Peer.message;
import static io.postbus.driver.memory.Peer.refusal;
import static io.postbus.driver.memory.Peer.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.spi.Backlog;
import io.postbus.spi.Producer;
import io.postbus.spi.PublishException.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the contract does not cover of the handle that tests have. */
class FaultsTest {
  private final String name = MessageId.next();
  private final MemoryBroker broker = MemoryBroker.named(name);
  private final Peer peer = new Peer(name, Map.of());
  private final Producer producer = peer.producer(Duration.ofSeconds(30));

  @AfterEach
  void close() {
    peer.close();
    broker.close();
  }

  @Test
  void theNextSendsFailAsTheyAreToldTo() {
    peer.declare("g", "t");
    broker.failNext(1, Outcome.REJECTED);
    broker.failNext(1, Outcome.UNROUTABLE);
    broker.failNext(2, Outcome.UNKNOWN);
    assertThat(refusal(producer, message("t")).outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(refusal(producer, message("t")).outcome()).isEqualTo(Outcome.UNROUTABLE);
    assertThat(broker.backlog("g").ready()).isZero();
    assertThat(refusal(producer, message("t")).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(refusal(producer, message("t")).outcome()).isEqualTo(Outcome.UNKNOWN);
    send(producer, message("t"));
    assertThat(broker.backlog("g"))
        .isEqualTo(new Backlog(3, OptionalLong.of(0), OptionalInt.of(0)));
  }

  @Test
  void aReaderFromOutsideSeesWhatNoGroupTakes() throws Exception {
    List<MemoryBroker.Raw> seen = new CopyOnWriteArrayList<>();
    Message m = message("t").key("k").header("traceparent", "00-1-2-03").header("own", "x");
    try (AutoCloseable reading = broker.read("t", seen::add)) {
      assertThat(reading).isNotNull();
      send(producer, m);
    }
    assertThat(refusal(producer, m).outcome()).isEqualTo(Outcome.UNROUTABLE);
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).headers())
        .containsEntry("ce_id", m.id())
        .containsEntry("ce_partitionkey", "k")
        .containsEntry("ce_traceparent", "00-1-2-03")
        .containsEntry("own", "x")
        .doesNotContainKey("traceparent");
  }

  @Test
  void whatNobodyTakesFromOutsideIsAnError() {
    assertThatThrownBy(() -> broker.publish("t", new MemoryBroker.Raw(new byte[0], Map.of(), null)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("UNROUTABLE");
  }
}
