package io.postbus.testbrokers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Predicate;

/**
 * Says hello in a broker's own protocol. A connection alone proves nothing: Docker's proxy accepts
 * before the server listens.
 */
@FunctionalInterface
interface Probe {
  int TIMEOUT_MS = 2_000;

  /** Whether the server answers as one that is ready; an {@link IOException} means not yet. */
  boolean ready(InetSocketAddress server) throws IOException;

  /** Ready when the first bytes of the answer to the greeting are as they should be. */
  static Probe greeting(byte[] greeting, int length, Predicate<byte[]> answer) {
    return server -> {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(server, TIMEOUT_MS);
        socket.getOutputStream().write(greeting);
        byte[] answered = socket.getInputStream().readNBytes(length);
        return answered.length == length && answer.test(answered);
      }
    };
  }
}
