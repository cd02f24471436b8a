package io.postbus.testbrokers;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A RabbitMQ's place among others. Nodes of a cluster have the port of Erlang's distribution in
 * common, since nobody tells them another, and so an address of the loopback each.
 *
 * @param port for clients, at 127.0.0.1
 * @param address for the other nodes
 * @param distributionPort for the other nodes and for tools
 * @param cookie the secret that nodes and their tools share
 * @param peers all nodes of the cluster; none for a node alone
 */
record RabbitNode(
    int port, String address, int distributionPort, String cookie, List<String> peers) {
  RabbitNode {
    peers = List.copyOf(peers);
  }

  static RabbitNode alone() {
    return new RabbitNode(Ports.take(), "127.0.0.1", Ports.take(), secret(), List.of());
  }

  /** The nodes of a cluster. */
  static List<RabbitNode> cluster(int size) {
    int distribution = Ports.take();
    String cookie = secret();
    List<Integer> ports = IntStream.range(0, size).mapToObj(i -> Ports.take()).toList();
    List<String> names =
        IntStream.range(0, size).mapToObj(i -> name(ports.get(i), address(i))).toList();
    return IntStream.range(0, size)
        .mapToObj(i -> new RabbitNode(ports.get(i), address(i), distribution, cookie, names))
        .toList();
  }

  private static String address(int number) {
    return "127.0.0." + (number + 1);
  }

  boolean clustered() {
    return !peers.isEmpty();
  }

  /** As Erlang knows it. An address counts as a long name there. */
  String name() {
    return name(port, clustered() ? address : "localhost");
  }

  private static String name(int port, String host) {
    return "postbus-" + port + "@" + host;
  }

  /** The address as a term of Erlang. */
  String erlangAddress() {
    return "{" + address.replace('.', ',') + "}";
  }

  private static String secret() {
    return UUID.randomUUID().toString();
  }
}
