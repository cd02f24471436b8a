package io.postbus.testbrokers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sends back what it gets, and tells what it saw. */
final class EchoServer implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong received = new AtomicLong();
  private final AtomicInteger resets = new AtomicInteger();

  EchoServer() throws IOException {
    daemon(
        () -> {
          while (!server.isClosed()) {
            Socket socket = server.accept();
            sockets.add(socket);
            daemon(() -> serve(socket));
          }
          return null;
        });
  }

  /** Runs it in a daemon thread of its own; a failure ends that thread alone. */
  static void daemon(Callable<?> task) {
    FutureTask<?> future = new FutureTask<>(task);
    Thread thread = new Thread(future);
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress endpoint() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  int connections() {
    return sockets.size();
  }

  long received() {
    return received.get();
  }

  int resets() {
    return resets.get();
  }

  void closeConnections() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  void sendToAll(byte[] bytes) throws IOException {
    for (Socket socket : sockets) {
      socket.getOutputStream().write(bytes);
    }
  }

  private Void serve(Socket socket) throws IOException {
    byte[] buffer = new byte[8192];
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        received.addAndGet(n);
        socket.getOutputStream().write(buffer, 0, n);
      }
    } catch (SocketException e) {
      if (String.valueOf(e.getMessage()).contains("reset")) {
        resets.incrementAndGet();
      }
    } finally {
      sockets.remove(socket);
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    server.close();
    closeConnections();
  }
}
