package io.postbus.runtime.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.TypeFilter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether a driver has to find out if anybody takes a message. */
class RouteTest {
  @Test
  void nobodyAsksWhereAGroupTakesEveryType() {
    assertThat(destination(group("a", TypeFilter.of("A")), group("all", TypeFilter.all())))
        .isEqualTo(Destination.wantedTopic("topic"));
  }

  @Test
  void theBrokerIsAskedWhereEachGroupHasAFilter() {
    assertThat(destination(group("a", TypeFilter.of("A")), group("b", TypeFilter.of("B*"))))
        .isEqualTo(Destination.topic("topic"));
  }

  @Test
  void theBrokerIsAskedWhereOnlyItKnowsOfGroups() {
    Route told = Route.told("topic", Snapshot.of(List.of()), true, Long.MAX_VALUE);
    assertThat(told.destination).isEqualTo(Destination.topic("topic"));
  }

  private static Destination destination(Group... groups) {
    return Route.registered("topic", Snapshot.of(List.of(groups))).destination;
  }

  private static Group group(String name, TypeFilter types) {
    return new Group(name, Set.of("topic"), types, Order.NONE, Instant.EPOCH);
  }
}
