package io.postbus.driver.memory;

import io.postbus.message.Message;
import io.postbus.spi.TypeFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who gets what is published to a topic. Read by any thread; changed under the broker's lock. */
final class Topic {
  private static final GroupQueue[] NONE = {};

  private volatile List<Binding> bindings = List.of();
  final List<Consumer<Message>> taps = new CopyOnWriteArrayList<>();

  /**
   * What a group wants of the topic.
   *
   * @param patterns as in {@link TypeFilter}; {@code *} where it wants everything
   */
  private record Binding(GroupQueue queue, Set<String> patterns, TypeFilter types) {}

  boolean hasGroups() {
    return !bindings.isEmpty();
  }

  /** The groups that want this type, in the order in which they may be locked. */
  GroupQueue[] wanting(String type) {
    List<Binding> all = bindings;
    GroupQueue[] out = NONE;
    int n = 0;
    for (Binding b : all) {
      if (b.types.accepts(type)) {
        if (n == 0) {
          out = new GroupQueue[all.size()];
        }
        out[n++] = b.queue;
      }
    }
    return n == out.length ? out : Arrays.copyOf(out, n);
  }

  /** Adds to what the group gets. */
  void bind(GroupQueue queue, TypeFilter types) {
    Set<String> patterns = patternsOf(queue);
    patterns.addAll(patterns(types));
    rebind(queue, patterns);
  }

  /** Takes from what the group gets. */
  void unbind(GroupQueue queue, Set<String> patterns) {
    Set<String> left = patternsOf(queue);
    left.removeAll(patterns);
    rebind(queue, left);
  }

  void unbind(GroupQueue queue) {
    rebind(queue, Set.of());
  }

  static Set<String> patterns(TypeFilter types) {
    return types.patterns().isEmpty() ? Set.of("*") : types.patterns();
  }

  private Set<String> patternsOf(GroupQueue queue) {
    Set<String> all = new TreeSet<>();
    bindings.stream().filter(b -> b.queue == queue).forEach(b -> all.addAll(b.patterns));
    return all;
  }

  private void rebind(GroupQueue queue, Set<String> patterns) {
    List<Binding> all = new ArrayList<>(bindings);
    all.removeIf(b -> b.queue == queue);
    if (!patterns.isEmpty()) {
      TypeFilter types = patterns.contains("*") ? TypeFilter.all() : TypeFilter.of(patterns);
      all.add(new Binding(queue, patterns, types));
      all.sort(Comparator.comparingLong(b -> b.queue.number()));
    }
    bindings = List.copyOf(all);
  }
}
