package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {
  @ParameterizedTest
  @CsvSource({"16,1", "16,2", "16,3", "16,5", "16,7", "16,16", "16,20", "1,3", "64,7"})
  void givesPartsThatAddUpAndDifferByOneAtMost(int shards, int nodes) {
    List<Lease> alive = IntStream.range(0, nodes).mapToObj(i -> alive("n" + i)).toList();
    List<Integer> parts = new ArrayList<>();
    for (Lease one : alive) {
      Share share = Share.of(alive, one.owner());
      parts.add(share.part(one.owner(), shards));
    }
    assertThat(parts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(shards);
    assertThat(parts).allSatisfy(p -> assertThat(p).isBetween(shards / nodes, shards / nodes + 1));
  }

  @ParameterizedTest
  @CsvSource({"a,0", "b,4", "c,8", "d,12"})
  void letsEachNodeBeginElsewhereAmongWhatIsFree(String node, int first) {
    List<Lease> leases =
        List.of(alive("a"), alive("b"), alive("c"), alive("d"), held(0), held(5), held(13));
    Share share = Share.of(leases, node);
    assertThat(share.free(node, 16))
        .hasSize(13)
        .doesNotContain(0, 5, 13)
        .startsWith(first == 0 ? 1 : first);
  }

  private static Lease alive(String node) {
    return new Lease(Share.nodeLease(node), node, 1, Instant.MAX);
  }

  private static Lease held(int shard) {
    return new Lease(Share.shardLease(shard), "x", 1, Instant.MAX);
  }
}
