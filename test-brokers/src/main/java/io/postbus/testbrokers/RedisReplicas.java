package io.postbus.testbrokers;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Redis, replicas of it, and a Sentinel that makes one of them the master when the master has
 * been away for three seconds. Processes of one machine. Not safe against several threads.
 */
public final class RedisReplicas implements AutoCloseable {
  /** What the Sentinel calls the master. */
  public static final String MASTER = "mymaster";

  /** A busy machine may well keep a server from answering for one second. */
  private static final Duration MISSED = Duration.ofSeconds(3);

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final int replicas;
  private final List<RedisBroker> servers = new ArrayList<>();
  private @Nullable RedisBroker sentinel;
  private @Nullable RedisBroker dead;

  private RedisReplicas(int replicas) {
    this.replicas = replicas;
  }

  /** Starts all, and returns when the Sentinel knows the replicas and these follow. */
  public static RedisReplicas open(int replicas) {
    RedisReplicas all = new RedisReplicas(replicas);
    try {
      all.start();
      return all;
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private void start() {
    RedisBroker master = RedisBroker.open();
    servers.add(master);
    for (int i = 0; i < replicas; i++) {
      servers.add(
          RedisBroker.open(
              RedisOptions.defaults()
                  .setting("replicaof", "127.0.0.1 " + master.endpoint().getPort())
                  .setting("repl-diskless-sync-delay", "0")));
    }
    sentinel = RedisBroker.open(RedisOptions.defaults().watching(master.uri(), MISSED));
    awaitFollowers();
  }

  /** Where clients ask for the master. */
  public URI sentinel() {
    return watcher().uri();
  }

  /** Kills the server that is the master, and returns when another is. */
  public void killMaster() {
    RedisBroker master = master();
    dead = master;
    master.kill();
    Eventually.within(LIMIT, "a replica has become the master", () -> master() != master);
  }

  /** Starts what was killed, as a replica, and returns when all follow the master again. */
  public void heal() {
    RedisBroker back = dead;
    if (back != null) {
      back.start();
      // The Sentinel would do it some ten seconds later.
      back.redisCli("REPLICAOF", "127.0.0.1", Integer.toString(master().endpoint().getPort()));
      dead = null;
      awaitFollowers();
    }
  }

  private void awaitFollowers() {
    String all = Integer.toString(replicas);
    Eventually.within(
        LIMIT,
        "all replicas follow, and the Sentinel knows them",
        () ->
            master().redisCli("WAIT", all, "100").trim().equals(all)
                && watcher().redisCli("SENTINEL", "MASTER", MASTER).contains("num-slaves\n" + all));
  }

  private RedisBroker master() {
    String port =
        watcher().redisCli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER).lines().toList().get(1);
    return servers.stream()
        .filter(s -> Integer.toString(s.endpoint().getPort()).equals(port))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no server listens on " + port));
  }

  private RedisBroker watcher() {
    if (sentinel == null) {
      throw new IllegalStateException("the Sentinel was not started");
    }
    return sentinel;
  }

  @Override
  public void close() {
    if (sentinel != null) {
      sentinel.close();
    }
    servers.forEach(Broker::close);
  }
}
