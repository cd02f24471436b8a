package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Store;
import io.postbus.spi.TypeFilter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The groups that were ever registered, known to every node. */
abstract class RegistryContract extends StoreScene {
  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00.001Z");

  RegistryContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void aGroupIsFoundAsItWasRegistered() {
    Store store = open(name("registry"), SHARDS);
    Group full =
        new Group(
            "m.größe",
            Set.of("live.income", "größe"),
            TypeFilter.of("IncomeEarned", "Duration*"),
            Order.KEY,
            FIRST);
    Group bare = Group.direct("dlq.x", FIRST);
    assertThat(store.groups().register(full)).isEmpty();
    assertThat(store.groups().register(bare)).isEmpty();
    assertThat(store.groups().find("m.größe")).contains(full);
    assertThat(store.groups().find("dlq.x")).contains(bare);
    assertThat(store.groups().find("absent")).isEmpty();
    assertThat(store.groups().all()).containsExactly(bare, full);
  }

  @Test
  void registeringAgainReplacesAllButTheFirstTime() {
    String namespace = name("registry");
    Store store = open(namespace, SHARDS);
    Group before = new Group("g", Set.of("a", "b"), TypeFilter.all(), Order.NONE, FIRST);
    Group now = new Group("g", Set.of("b", "c"), TypeFilter.of("T"), Order.KEY, later());
    store.groups().register(before);
    Store other = open(namespace, SHARDS);
    assertThat(other.groups().register(now)).contains(before);
    Group kept = new Group("g", now.topics(), now.types(), now.order(), FIRST);
    assertThat(store.groups().find("g")).contains(kept);
    assertThat(store.groups().groupsOf("a")).isEmpty();
    assertThat(store.groups().groupsOf("b")).containsExactly(kept);
    assertThat(store.groups().groupsOf("c")).containsExactly(kept);
    assertThat(store.groups().register(now)).contains(kept);
  }

  @Test
  void aTopicsGroupsAreListedByName() {
    Store store = open(name("registry"), SHARDS);
    for (String name : List.of("b", "a", "C", "aa")) {
      store.groups().register(new Group(name, Set.of("t"), TypeFilter.all(), Order.NONE, FIRST));
    }
    store.groups().register(new Group("x", Set.of("tt"), TypeFilter.all(), Order.NONE, FIRST));
    assertThat(store.groups().groupsOf("t").stream().map(Group::name))
        .containsExactly("C", "a", "aa", "b");
    assertThat(store.groups().groupsOf("T")).isEmpty();
  }

  @Test
  void aRemovedGroupIsForgotten() {
    Store store = open(name("registry"), SHARDS);
    Group group = new Group("g", Set.of("t"), TypeFilter.all(), Order.NONE, FIRST);
    store.groups().register(group);
    store.groups().remove("g");
    store.groups().remove("g");
    assertThat(store.groups().find("g")).isEmpty();
    assertThat(store.groups().groupsOf("t")).isEmpty();
    assertThat(store.groups().all()).isEmpty();
    Group again = new Group("g", Set.of("t"), TypeFilter.all(), Order.NONE, later());
    assertThat(store.groups().register(again)).isEmpty();
    assertThat(store.groups().find("g")).contains(again);
  }

  @Test
  void namespacesAreApart() {
    Group group = new Group("g", Set.of("t"), TypeFilter.all(), Order.NONE, FIRST);
    open(name("registry"), SHARDS).groups().register(group);
    assertThat(open(name("registry"), SHARDS).groups().all()).isEmpty();
  }

  /** As when all processes of a module start at once. */
  @Test
  void manyNodesMayRegisterTheSame() throws Exception {
    String namespace = name("registry");
    Group group = new Group("g", Set.of("t"), TypeFilter.all(), Order.NONE, FIRST);
    List<Callable<Boolean>> nodes =
        IntStream.range(0, 4)
            .<Callable<Boolean>>mapToObj(
                n -> {
                  Store store = open(namespace, SHARDS);
                  return () -> store.groups().register(group).isEmpty();
                })
            .toList();
    assertThat(InParallel.run(nodes, patience())).containsOnlyOnce(true);
    assertThat(open(namespace, SHARDS).groups().all()).containsExactly(group);
  }

  private static Instant later() {
    return FIRST.plusSeconds(1_000);
  }
}
