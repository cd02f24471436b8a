package io.postbus.testbrokers;

import java.net.InetSocketAddress;

/**
 * A private Kafka of one node, broker and controller in one, without security.
 *
 * <p>A client of Kafka connects to the address that the broker tells it, whichever it began with.
 * What is to go through a proxy therefore needs a listener that tells the proxy's address: a {@link
 * #way}.
 */
public final class KafkaBroker extends Broker {
  private static final Shared<KafkaBroker> SHARED = new Shared<>(KafkaBroker::open);

  private final KafkaRecipe recipe;

  private KafkaBroker(KafkaRecipe recipe) {
    super(recipe);
    this.recipe = recipe;
  }

  /** Starts one with default options. */
  public static KafkaBroker open() {
    return open(KafkaOptions.defaults());
  }

  /** Starts one. */
  public static KafkaBroker open(KafkaOptions options) {
    return open(options, "");
  }

  /** Starts one whose cluster has this id, a UUID of Kafka's, also after it was wiped. */
  public static KafkaBroker open(KafkaOptions options, String clusterId) {
    return started(new KafkaBroker(new KafkaRecipe(options, KafkaPlace.alone(clusterId))));
  }

  /** One node of a cluster, not started: without most of the others it would not serve. */
  static KafkaBroker member(KafkaOptions options, KafkaPlace place) {
    return new KafkaBroker(new KafkaRecipe(options, place));
  }

  /**
   * The one that all tests of this JVM share, running. Closing it does nothing: the end of the JVM
   * does. Tests that stop or pause a broker start their own.
   */
  public static KafkaBroker shared() {
    return SHARED.get();
  }

  /** What clients call {@code bootstrap.servers}. */
  public String servers() {
    return servers(endpoint());
  }

  /** The same for another address that leads here. */
  public static String servers(InetSocketAddress by) {
    return by.getAddress().getHostAddress() + ":" + by.getPort();
  }

  /**
   * A second broker of this one's cluster, which can hold replicas; the caller closes it.
   *
   * @param clusterId as clients are told it
   */
  public KafkaBroker follower(String clusterId) {
    return started(new KafkaBroker(recipe.follower(clusterId)));
  }

  /**
   * A proxy that clients stay behind: the broker tells its address to those who come through it.
   *
   * @param number from 0, below {@link KafkaOptions#ways}; one proxy of a number at a time
   */
  public TcpProxy way(int number) {
    return recipe.way(number, endpoint(recipe.wayPort(number)));
  }
}
