package io.postbus.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.DecodeException;
import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.Handlers;
import io.postbus.NotRetryable;
import io.postbus.message.Message;
import io.postbus.test.Settled.How;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestDeliveryTest {
  private final Message message = Message.of("orders", "Placed", new Order("o-1", 3));

  @Test
  void theExampleOfItsJavadoc() {
    List<Order> shipped = new ArrayList<>();
    Handler shipping = d -> shipped.add(d.body(Order.class));

    TestDelivery delivery =
        TestDelivery.of(Message.of("orders", "Placed", new Order("o-1", 3))).attempt(3);
    delivery.handledBy(shipping);

    assertThat(delivery.outcome()).isEqualTo(How.ACKNOWLEDGED);
    assertThat(shipped).containsExactly(new Order("o-1", 3));
  }

  @Test
  void aHandlerThatThrowsHasFailed() {
    IOException broken = new IOException("broken");

    TestDelivery delivery =
        TestDelivery.of(message)
            .handledBy(
                d -> {
                  throw broken;
                });

    assertThat(delivery.outcome()).isEqualTo(How.RETRIED);
    assertThat(delivery.settlement().orElseThrow().cause()).containsSame(broken);
  }

  @Test
  void anExceptionThatIsFinalIsDead() {
    Message broken = message.toBuilder().body(new byte[] {'{'}).build();

    TestDelivery delivery =
        TestDelivery.of(broken.contentType("application/json"))
            .handledBy(Handlers.on("Placed", Order.class, (order, d) -> {}));

    assertThat(delivery.outcome()).isEqualTo(How.DEAD_LETTERED);
    assertThat(delivery.settlement().orElseThrow().cause()).get().isInstanceOf(NotRetryable.class);
  }

  @Test
  void theFirstSettlingCountsAndEveryLaterOneIsRefused() {
    TestDelivery delivery = TestDelivery.of(message);

    assertThat(delivery.settled()).isFalse();
    assertThat(delivery.retryAfter(Duration.ofMinutes(2))).isTrue();
    assertThat(delivery.ack()).isFalse();
    assertThat(delivery.deadLetter("no")).isFalse();

    assertThat(delivery.settlement().orElseThrow().delay()).contains(Duration.ofMinutes(2));
  }

  @Test
  void whatTheHandlerSettledItselfIsNotSettledByItsReturn() {
    assertThat(TestDelivery.of(message).handledBy(Delivery::release).outcome())
        .isEqualTo(How.RELEASED);
    assertThat(TestDelivery.of(message).handledBy(Handlers.deadLetter()).settlement())
        .get()
        .extracting(Settled::reason)
        .isEqualTo("no handler for type Placed");
  }

  @Test
  void itIsWhatItIsSaidToBe() {
    TestDelivery delivery = TestDelivery.of(message).group("mail").attempt(2);

    assertThat(delivery.group()).isEqualTo("mail");
    assertThat(delivery.attempt()).isEqualTo(2);
    assertThat(delivery.redelivered()).isTrue();
    assertThat(delivery.text()).isEqualTo("{\"id\":\"o-1\",\"pieces\":3}");
    assertThat(delivery.message().contentType()).isEqualTo("application/json");
    assertThatThrownBy(() -> delivery.body(Integer.class)).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> delivery.attempt(0)).isInstanceOf(IllegalArgumentException.class);
  }

  record Order(String id, int pieces) {}
}
