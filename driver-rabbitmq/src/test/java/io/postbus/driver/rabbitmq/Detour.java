package io.postbus.driver.rabbitmq;

import io.postbus.spi.support.DaemonThreads;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Another address by which a server can be reached. */
final class Detour implements AutoCloseable {
  private final InetSocketAddress target;
  private final ServerSocket server;

  Detour(String address, InetSocketAddress target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getByName(address));
    DaemonThreads.named(this::accept, "detour").start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = server.accept();
        Socket to = new Socket(target.getAddress(), target.getPort());
        pump(from, to);
        pump(to, from);
      }
    } catch (IOException closed) {
      end(server);
    }
  }

  private static void pump(Socket from, Socket to) {
    Runnable pumping =
        () -> {
          try (InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
          } catch (IOException broken) {
            end(from);
          } finally {
            end(to);
          }
        };
    DaemonThreads.named(pumping, "detour-pump").start();
  }

  private static void end(Closeable one) {
    try {
      one.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    end(server);
  }
}
