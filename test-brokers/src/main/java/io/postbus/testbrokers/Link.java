package io.postbus.testbrokers;

import io.postbus.testbrokers.TcpProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Function;

/** One client's connection and the one to the target that belongs to it. Of the proxy's thread. */
final class Link {
  private final SelectionKey client;
  private final SelectionKey target;
  private final Flow toTarget;
  private final Flow toClient;
  private boolean connected;

  private Link(
      SocketChannel client,
      SocketChannel target,
      Selector selector,
      Function<Direction, Line> lines)
      throws IOException {
    this.connected = target.isConnected();
    this.toTarget = new Flow(client, target, lines.apply(Direction.TO_TARGET));
    this.toClient = new Flow(target, client, lines.apply(Direction.TO_CLIENT));
    this.client = client.register(selector, 0);
    this.target = target.register(selector, connected ? 0 : SelectionKey.OP_CONNECT);
  }

  /** Begins to connect the accepted client to the address. */
  static Link open(
      SocketChannel client,
      InetSocketAddress address,
      Selector selector,
      Function<Direction, Line> lines)
      throws IOException {
    SocketChannel target = SocketChannel.open();
    try {
      prepare(client);
      prepare(target);
      target.connect(address);
      return new Link(client, target, selector, lines);
    } catch (IOException e) {
      reset(target);
      throw e;
    }
  }

  private static void prepare(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** Does what the network allows now, and returns how long from now there is more to do. */
  long advance(ByteBuffer scratch, long now) throws IOException {
    if (!connected) {
      connected = channel(target).finishConnect();
    }
    if (!connected) {
      return Flow.NEVER;
    }
    toTarget.read(scratch, now);
    toClient.read(scratch, now);
    long wait = Math.min(toTarget.write(now), toClient.write(now));
    client.interestOps(interest(toTarget, toClient));
    target.interestOps(interest(toClient, toTarget));
    return wait;
  }

  /** Whether both sides have closed in order. */
  boolean finished() {
    return toTarget.closed() && toClient.closed();
  }

  void close() throws IOException {
    channel(client).close();
    channel(target).close();
  }

  void reset() throws IOException {
    try {
      reset(channel(client));
    } finally {
      reset(channel(target));
    }
  }

  /** Nothing happens if it is closed, as after a connection that failed. */
  static void reset(SocketChannel channel) throws IOException {
    try (channel) {
      if (channel.isOpen()) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    }
  }

  private static int interest(Flow out, Flow in) {
    return (out.wantsToRead() ? SelectionKey.OP_READ : 0)
        | (in.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
  }

  private static SocketChannel channel(SelectionKey key) {
    return (SocketChannel) key.channel();
  }
}
