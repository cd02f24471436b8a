package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;

/** A channel for questions and declarations, opened anew after one that the broker refused. */
final class Scratch implements AutoCloseable {
  private final Connection connection;
  private Channel channel;

  Scratch(Connection connection) throws IOException {
    this.connection = connection;
    this.channel = open(connection);
  }

  Channel channel() throws IOException {
    if (!channel.isOpen()) {
      channel = open(connection);
    }
    return channel;
  }

  /** A new channel of the connection. */
  static Channel open(Connection c) throws IOException {
    Channel made = c.createChannel();
    if (made == null) {
      throw new IOException("the connection has no channel left; raise channel_max at the broker");
    }
    return made;
  }

  @Override
  public void close() {
    quietly(channel);
  }

  /** Closes a channel whose end interests nobody. */
  static void quietly(Channel c) {
    try {
      c.abort();
    } catch (IOException e) {
      throw new AssertionError("abort() swallows it", e);
    }
  }
}
