package io.postbus.runtime.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TicketTest {
  private static final Instant DUE = Instant.parse("2026-03-01T10:00:00.123Z");
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Ticket TICKET = new Ticket("store", 7, DUE, 3, 2, WITHIN);

  private final Message plain = Message.of("orders", "Placed", new byte[0]);

  @Test
  void travelsInHeadersThatApplicationsDoNotSee() {
    Message sent = TICKET.on(plain);

    assertThat(sent.header("postbus-entry")).isEqualTo("7/1772359200123/3/2");
    assertThat(Ticket.of(sent)).isEqualTo(TICKET);
    assertThat(PostbusHeaders.strip(sent).headers()).isEmpty();
    assertThat(Ticket.of(plain)).isNull();
  }

  @Test
  void isNoneWhereTheHeaderMakesNoSense() {
    for (String odd : new String[] {"", "1/2/3", "a/b/c/d", "1/99999999999999999999/3/4"}) {
      assertThat(Ticket.of(TICKET.on(plain).header("postbus-entry", odd))).isNull();
    }
  }

  @Test
  void findsTheEntryOfEachGroupWhereverItHasMovedOn() {
    assertThat(TICKET.slots("m", "a", DUE.minusMillis(1)))
        .containsExactly(TICKET.slot("m", "a"))
        .doesNotContain(TICKET.slot("m", "b"));
    Slot moved = TICKET.slot("m", "a");
    Instant now = DUE;
    for (int i = 0; i < 50; i++) {
      now = moved.due().plusMillis(i * 97L);
      moved = moved.at(Ticket.next(moved.due(), WITHIN, now));
      assertThat(Duration.between(now, moved.due()))
          .isBetween(WITHIN.dividedBy(2), WITHIN.multipliedBy(3).dividedBy(2));
      assertThat(TICKET.slots("m", "a", now)).contains(moved);
      assertThat(TICKET.slots("m", "a", moved.due().minusMillis(1))).contains(moved);
    }
  }
}
