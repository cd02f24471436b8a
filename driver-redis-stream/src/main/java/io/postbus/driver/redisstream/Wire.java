package io.postbus.driver.redisstream;

import java.io.IOException;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A connection of our own, outside of any pool, on which one thread may write while another reads.
 * Any thread may break it.
 */
final class Wire extends Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

  private final Socketry sockets;
  private volatile Runnable onBreak = () -> {};

  private Wire(Socketry sockets, JedisClientConfig config) {
    super(sockets, config);
    this.sockets = sockets;
  }

  /**
   * A way to a wire that is still being opened: opening may take as long as the timeouts say, and
   * somebody may want to break that off.
   */
  static final class Socketry implements JedisSocketFactory {
    private final HostAndPort address;
    private final JedisClientConfig config;
    private volatile Socket socket = new Socket();
    private volatile boolean broken;

    Socketry(HostAndPort address, JedisClientConfig config) {
      this.address = address;
      this.config = config;
    }

    @Override
    public Socket createSocket() {
      Socket made = new DefaultJedisSocketFactory(address, config).createSocket();
      socket = made;
      if (broken) {
        breakOff();
        throw new JedisConnectionException("The connection was given up");
      }
      return made;
    }

    /** Opens the wire: connects, authenticates. */
    Wire open() {
      return new Wire(this, config);
    }

    void breakOff() {
      broken = true;
      Socket s = socket;
      try {
        // With a linger time TLS does not wait for the lock of a writer that is stuck.
        s.setSoLinger(true, 0);
      } catch (IOException e) {
        LOG.trace("A socket to Redis was closed already", e);
      }
      try {
        s.close();
      } catch (IOException e) {
        LOG.debug("A socket to Redis could not be closed", e);
      }
    }
  }

  /** Writes without sending: see {@link #push()}. */
  void write(CommandArguments command) {
    sendCommand(command);
  }

  /** Sends what has been written. */
  void push() {
    flush();
  }

  /** The next answer; an error of the server is thrown and does the wire no harm. */
  Object read() {
    return readProtocolWithCheckingBroken();
  }

  /** Sends a command and waits for its answer. */
  Object ask(CommandArguments command) {
    write(command);
    push();
    return read();
  }

  /** What to do when it is ended. */
  void onBreak(Runnable action) {
    onBreak = action;
  }

  /** Ends it at once, whoever reads or writes at the moment. */
  void breakOff() {
    sockets.breakOff();
    onBreak.run();
  }

  @Override
  public void close() {
    breakOff();
  }
}
