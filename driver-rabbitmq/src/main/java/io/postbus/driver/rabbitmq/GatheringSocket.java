package io.postbus.driver.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** A plain socket that is written to by a {@link Gathering} and read by an {@link Arriving}. */
final class GatheringSocket extends Socket {
  private volatile @Nullable Gathering gathering;
  private volatile @Nullable Arriving arriving;

  /** What is written to this socket, or what gathers nothing if it is of another kind. */
  static Gathering of(@Nullable Socket socket) {
    Gathering present = socket instanceof GatheringSocket mine ? mine.gathering : null;
    return present == null ? Gathering.NONE : present;
  }

  /** What is read from this socket, or what tells at once if it is of another kind. */
  static Arriving from(@Nullable Socket socket) {
    Arriving present = socket instanceof GatheringSocket mine ? mine.arriving : null;
    return present == null ? Arriving.NONE : present;
  }

  @Override
  public synchronized InputStream getInputStream() throws IOException {
    Arriving present = arriving;
    if (present == null) {
      present = new Arriving(super.getInputStream());
      arriving = present;
    }
    return present;
  }

  @Override
  public synchronized OutputStream getOutputStream() throws IOException {
    Gathering present = gathering;
    if (present == null) {
      present = new Gathering(super.getOutputStream());
      gathering = present;
    }
    return present;
  }

  /** Makes them for the client, which connects them itself. */
  static final class Factory extends SocketFactory {
    @Override
    public Socket createSocket() {
      return new GatheringSocket();
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
      throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
      throw connected();
    }

    private static UnsupportedOperationException connected() {
      return new UnsupportedOperationException("only sockets that are not connected yet");
    }
  }
}
