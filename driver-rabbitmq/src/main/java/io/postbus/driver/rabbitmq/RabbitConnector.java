package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Secret;
import io.postbus.spi.support.DaemonThreads;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections: tries each address once and takes the first that answers. Addresses, files and
 * secrets are read anew each time. Thread-safe.
 */
final class RabbitConnector {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitConnector.class);

  private final RabbitSettings settings;
  private final String name;
  private final ExecutorService closing;

  /**
   * @param name goes in front of the names of threads and connections
   * @param closing where the client waits for the ends of connections
   */
  RabbitConnector(RabbitSettings settings, String name, ExecutorService closing) {
    this.settings = settings;
    this.name = name;
    this.closing = closing;
  }

  /**
   * @param socket is given each socket before it connects, to be able to break it off
   * @throws BusException with what each address said
   */
  Connection connect(String purpose, Consumer<Socket> socket) {
    StringJoiner reasons = new StringJoiner("; ");
    Throwable last = null;
    for (Secret secret : settings.uris()) {
      URI uri = RabbitSettings.parse(secret.reveal());
      String place = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
      ConnectionFactory factory = new ReadableFrames.Factory();
      try {
        prepare(factory, uri, purpose, socket);
        return factory.newConnection(
            Inline.EXECUTOR, settings.connectionName() + ":" + name + ":" + purpose);
      } catch (IOException | TimeoutException | GeneralSecurityException | RuntimeException e) {
        reasons.add(place + ": " + RabbitErrors.reason(e) + user(e, factory));
        last = e;
      }
    }
    throw new ConnectionException("RabbitMQ is not reachable: " + reasons, last);
  }

  private static String user(Throwable e, ConnectionFactory factory) {
    return e instanceof com.rabbitmq.client.AuthenticationFailureException
            || e instanceof com.rabbitmq.client.PossibleAuthenticationFailureException
        ? " for user " + factory.getUsername() + " on virtual host " + factory.getVirtualHost()
        : "";
  }

  private void prepare(ConnectionFactory f, URI uri, String purpose, Consumer<Socket> socket)
      throws GeneralSecurityException {
    f.setUri(uri);
    if (f.getVirtualHost().isEmpty()) {
      // A URI that ends with a slash, to the letter, names the host "", which nobody has.
      f.setVirtualHost(ConnectionFactory.DEFAULT_VHOST);
    }
    boolean verify = settings.tls() == null || settings.tls().verifyHost();
    if (!"amqps".equalsIgnoreCase(uri.getScheme())) {
      f.setSocketFactory(new GatheringSocket.Factory());
    } else if (settings.tls() != null) {
      f.useSslProtocol(settings.tls().context());
    }
    f.setSocketConfigurator(
        s -> {
          socket.accept(s);
          SocketConfigurators.DISABLE_NAGLE_ALGORITHM.configure(s);
          if (verify) {
            SocketConfigurators.ENABLE_HOSTNAME_VERIFICATION.configure(s);
          }
        });
    f.setAutomaticRecoveryEnabled(false);
    f.setTopologyRecoveryEnabled(false);
    f.setRequestedHeartbeat((int) settings.heartbeat().toSeconds());
    f.setConnectionTimeout(millis(settings.connectTimeout()));
    f.setHandshakeTimeout(millis(settings.connectTimeout()) * 2);
    f.setChannelRpcTimeout(millis(settings.rpcTimeout()));
    f.setChannelShouldCheckRpcResponseType(true);
    // The broker's limit is enough: over a larger message the client would end every connection.
    f.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
    f.setShutdownExecutor(closing);
    f.setThreadFactory(new DaemonThreads("postbus-" + name + "-" + purpose));
    f.setExceptionHandler(new QuietAboutConnections());
  }

  private static int millis(Duration d) {
    return (int) d.toMillis();
  }

  /** The end of a connection is told by its link, once and in our words. */
  private static final class QuietAboutConnections extends DefaultExceptionHandler {
    @Override
    public void handleUnexpectedConnectionDriverException(Connection conn, Throwable e) {
      LOG.debug("A connection to RabbitMQ ended", e);
    }
  }

  /**
   * Runs the client's callbacks on its reader thread: ours only put things into queues, so the hop
   * to a pool of threads, and the pool, would be for nothing.
   */
  private static final class Inline extends AbstractExecutorService {
    static final ExecutorService EXECUTOR = new Inline();

    @Override
    public void execute(Runnable command) {
      command.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
