package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.Topology;
import io.postbus.spi.TypeFilter;
import java.util.Optional;

/** Makes the group exist, on the broker and in the registry. Blocking. */
final class Enrolment {
  private final ConsumeContext context;
  private final Subscription subscription;

  Enrolment(ConsumeContext context, Subscription subscription) {
    this.context = context;
    this.subscription = subscription;
  }

  /**
   * Makes it exist; repeating it does no harm.
   *
   * @throws io.postbus.spi.BusException if the broker or the store is away, or does not want it
   */
  Group declare() {
    Topology topology = context.driver().topology();
    GroupRegistry groups = context.groups();
    for (TopicSpec topic : context.topics()) {
      topology.declare(topic);
    }
    Group group =
        new Group(
            subscription.group(),
            subscription.topics(),
            context.mapsTypes() ? TypeFilter.all() : subscription.events(),
            subscription.order(),
            context.timeline().instant());
    topology.declare(group, subscription.start());
    Optional<Group> before = groups.register(group);
    before.filter(b -> !sameAs(b, group)).ifPresent(b -> topology.retire(b, group));
    return group;
  }

  private static boolean sameAs(Group before, Group now) {
    return before.topics().equals(now.topics()) && before.types().equals(now.types());
  }
}
