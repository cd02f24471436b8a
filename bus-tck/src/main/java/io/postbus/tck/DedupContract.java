package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a group has completed is known to all nodes, and to no other group. */
abstract class DedupContract extends StoreScene {
  DedupContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void whatIsMarkedIsCompleted() {
    Store store = open();
    String group = name("group");
    store.dedup().complete(group, ids(0, 3), tomorrow(store));
    assertThat(store.dedup().completed(group, ids(0, 6))).isEqualTo(Set.copyOf(ids(0, 3)));
    assertThat(open().dedup().completed(group, ids(2, 6))).isEqualTo(Set.copyOf(ids(2, 3)));
    assertThat(store.dedup().completed(group, List.of())).isEmpty();
  }

  @Test
  void groupsAndNamespacesAreApart() {
    Store store = open();
    String group = name("group");
    store.dedup().complete(group, ids(0, 3), tomorrow(store));
    assertThat(store.dedup().completed(name("group"), ids(0, 3))).isEmpty();
    assertThat(open("other", SHARDS).dedup().completed(group, ids(0, 3))).isEmpty();
  }

  @Test
  void markingAgainDoesNoHarm() {
    Store store = open();
    String group = name("group");
    store.dedup().complete(group, ids(0, 3), tomorrow(store));
    store.dedup().complete(group, ids(1, 5), tomorrow(store));
    store.dedup().complete(group, List.of("same", "same"), tomorrow(store));
    assertThat(store.dedup().completed(group, ids(0, 9))).isEqualTo(Set.copyOf(ids(0, 5)));
    assertThat(store.dedup().completed(group, List.of("same", "same"))).containsExactly("same");
  }

  @Test
  void whatIsForgottenIsNotMarked() {
    Store store = open();
    String group = name("group");
    String other = name("other");
    store.dedup().complete(group, ids(0, 6), tomorrow(store));
    store.dedup().complete(other, ids(0, 6), tomorrow(store));
    store.dedup().forget(group, ids(3, 9));
    store.dedup().forget(group, List.of());
    assertThat(store.dedup().completed(group, ids(0, 9))).isEqualTo(Set.copyOf(ids(0, 3)));
    assertThat(open().dedup().completed(other, ids(0, 9))).isEqualTo(Set.copyOf(ids(0, 6)));
    store.dedup().complete(group, ids(5, 6), tomorrow(store));
    assertThat(store.dedup().completed(group, ids(3, 9))).isEqualTo(Set.copyOf(ids(5, 6)));
  }

  /** A mark lives as long as the longest that was asked for. */
  @Test
  void aMarkIsNotShortened() {
    Store store = open();
    String group = name("group");
    store.dedup().complete(group, ids(0, 1), tomorrow(store));
    Instant soon = store.now().plusMillis(50);
    store.dedup().complete(group, ids(0, 1), soon);
    eventually().until("the shorter time is over", () -> store.now().isAfter(soon.plusMillis(50)));
    assertThat(store.dedup().completed(group, ids(0, 1))).containsExactlyElementsOf(ids(0, 1));
  }

  @Test
  void anIdMayBeAnything() {
    Store store = open();
    String group = name("group");
    List<String> odd = List.of("größe 日本 🚚", "x".repeat(255), "A", "a", "'; --", "trailing ");
    store.dedup().complete(group, odd, tomorrow(store));
    assertThat(store.dedup().completed(group, odd)).isEqualTo(Set.copyOf(odd));
    assertThat(store.dedup().completed(group, List.of("X".repeat(255), "trailing", "Größe 日本 🚚")))
        .isEmpty();
  }

  @Test
  void aCallTakesSoMany() {
    Store store = open();
    String group = name("group");
    store.dedup().complete(group, ids(0, 500), tomorrow(store));
    assertThat(store.dedup().completed(group, ids(0, 500))).hasSize(500);
    assertThatThrownBy(() -> store.dedup().complete(group, ids(0, 501), tomorrow(store)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.dedup().completed(group, ids(0, 501)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** All mark the same ids at the same time, in different orders. */
  @Test
  void manyNodesMayMarkTheSame() throws Exception {
    String group = name("group");
    List<Callable<Void>> nodes =
        IntStream.range(0, 4)
            .<Callable<Void>>mapToObj(
                n -> {
                  Store store = open();
                  return () -> {
                    for (int i = 0; i < 20; i++) {
                      int from = (n % 2 == 0 ? i : 19 - i) * 50;
                      store.dedup().complete(group, ids(from, from + 100), tomorrow(store));
                    }
                    return null;
                  };
                })
            .toList();
    InParallel.run(nodes, patience());
    Store store = open();
    assertThat(store.dedup().completed(group, ids(0, 500))).hasSize(500);
    assertThat(store.dedup().completed(group, ids(550, 1_050))).hasSize(500);
  }

  private static Instant tomorrow(Store store) {
    return store.now().plus(Duration.ofDays(1));
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(n -> "id-" + n).toList();
  }
}
