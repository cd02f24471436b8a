package io.postbus.testbrokers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;

/**
 * Says hello in a broker's own protocol. A connection alone proves nothing: Docker's proxy accepts
 * before the server listens.
 */
@FunctionalInterface
interface Probe {
  int TIMEOUT_MS = 2_000;

  /** Whether the server answers as one that is ready; an {@link IOException} means not yet. */
  boolean ready(InetSocketAddress server) throws IOException;

  /** Ready when the answer to the greeting begins with these bytes. */
  static Probe greeting(byte[] greeting, byte[] answer) {
    return server -> {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(server, TIMEOUT_MS);
        socket.getOutputStream().write(greeting);
        InputStream in = socket.getInputStream();
        return Arrays.equals(in.readNBytes(answer.length), answer);
      }
    };
  }
}
