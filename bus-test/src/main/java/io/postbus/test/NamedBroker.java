package io.postbus.test;

import io.postbus.driver.memory.MemoryBroker;
import io.postbus.spi.Backlog;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A broker as one bus sees it.
 *
 * @param namespace in front of the names on it
 */
record NamedBroker(MemoryBroker broker, String namespace) {
  Backlog backlog(String group) {
    return broker.backlog(namespace + group);
  }

  Set<String> groups() {
    return broker.groups().stream()
        .filter(g -> g.startsWith(namespace))
        .map(g -> g.substring(namespace.length()))
        .collect(Collectors.toSet());
  }
}
