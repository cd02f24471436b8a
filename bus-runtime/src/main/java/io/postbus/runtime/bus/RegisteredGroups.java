package io.postbus.runtime.bus;

import io.postbus.Groups;
import io.postbus.message.Names;
import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.connect.Connections;
import io.postbus.runtime.dead.Entries;
import io.postbus.spi.Backlog;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The registry's groups, and what brokers say of them. The registry does not know on which
 * connection a group is: all that are configured are asked. Thread-safe.
 *
 * @param runsHere whether this bus is a member of the group
 */
record RegisteredGroups(
    GroupRegistry registry, DelayStore delays, Connections connections, Predicate<String> runsHere)
    implements Groups {

  @Override
  public List<Group> list() {
    return registry.all();
  }

  @Override
  public Optional<Group> find(String group) {
    return registry.find(Names.group(group));
  }

  @Override
  public Backlog backlog(String group) {
    Group g = known(group);
    return connections.all().stream()
        .map(c -> c.driver().topology().backlog(g))
        .reduce(Backlog.NONE, RegisteredGroups::sum);
  }

  @Override
  public boolean remove(String group) {
    if (runsHere.test(group)) {
      throw new ConfigurationException(
          "The group " + group + " has a consumer in this process; close that first", null);
    }
    Optional<Group> registered = find(group);
    Group g = known(group);
    registry.remove(group);
    connections.all().forEach(c -> c.driver().topology().remove(g));
    new Entries(delays)
        .remove(DelayedQuery.ALL.kinds(Kind.DELAY, Kind.RETRY, Kind.GUARANTEED).group(group));
    return registered.isPresent();
  }

  @Override
  public long purge(String group) {
    Group g = known(group);
    long dropped = 0;
    for (Connection c : connections.all()) {
      dropped += c.driver().topology().purge(g);
    }
    return dropped;
  }

  /** A group that is not registered here may be on the broker all the same. */
  private Group known(String group) {
    return find(group).orElseGet(() -> Group.direct(group, Instant.EPOCH));
  }

  private static Backlog sum(Backlog a, Backlog b) {
    return new Backlog(a.ready() + b.ready(), sum(a.unsettled(), b.unsettled()), members(a, b));
  }

  private static OptionalLong sum(OptionalLong a, OptionalLong b) {
    return a.isEmpty() ? b : b.isEmpty() ? a : OptionalLong.of(a.getAsLong() + b.getAsLong());
  }

  private static OptionalInt members(Backlog a, Backlog b) {
    return Stream.of(a.members(), b.members())
        .filter(OptionalInt::isPresent)
        .mapToInt(OptionalInt::getAsInt)
        .reduce(Integer::sum);
  }
}
