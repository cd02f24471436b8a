package io.postbus.runtime.delay;

import io.postbus.spi.Lease;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which shards are held and by whom, and how many are one node's fair part: those who see the same
 * leases come to parts that add up.
 *
 * @param nodes that are alive
 * @param held shards, by anyone
 */
record Share(TreeSet<String> nodes, Set<Integer> held) {
  static final String PREFIX = "delay/";
  private static final String NODE = PREFIX + "node/";
  private static final String SHARD = PREFIX + "shard/";

  static String nodeLease(String node) {
    return NODE + node;
  }

  static String shardLease(int shard) {
    return SHARD + shard;
  }

  /** What the leases say, and that {@code self} is alive. */
  static Share of(Collection<Lease> leases, String self) {
    Share share = new Share(new TreeSet<>(List.of(self)), new HashSet<>());
    for (Lease lease : leases) {
      if (lease.name().startsWith(NODE)) {
        share.nodes.add(lease.owner());
      } else if (lease.name().startsWith(SHARD)) {
        share.held.add(Integer.parseInt(lease.name().substring(SHARD.length())));
      }
    }
    return share;
  }

  /** How many of the shards are the node's. */
  int part(String node, int shards) {
    int rank = nodes.headSet(node).size();
    return shards / nodes.size() + (rank < shards % nodes.size() ? 1 : 0);
  }

  /** The shards that nobody holds, each node beginning elsewhere. */
  List<Integer> free(String node, int shards) {
    int first = nodes.headSet(node).size() * shards / nodes.size();
    return IntStream.range(0, shards)
        .map(i -> (first + i) % shards)
        .filter(i -> !held.contains(i))
        .boxed()
        .toList();
  }
}
