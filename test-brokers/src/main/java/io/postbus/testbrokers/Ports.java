package io.postbus.testbrokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that stay ours while nobody listens on them: outside the range from which the system takes
 * them for others, and locked against the other test JVMs of this machine until this one ends.
 */
final class Ports {
  private static final int FIRST = 20_000;
  private static final int COUNT = 12_000;
  private static final int ATTEMPTS = 1_000;
  private static final Path LOCKS =
      Path.of(
          System.getProperty("java.io.tmpdir"), "postbus-ports-" + System.getProperty("user.name"));

  /** Open for life: a lock ends when any channel of its file is closed. */
  private static final Map<Integer, FileChannel> HELD = new HashMap<>();

  private Ports() {}

  static synchronized int take() {
    try {
      Files.createDirectories(LOCKS);
      for (int i = 0; i < ATTEMPTS; i++) {
        int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
        if (!HELD.containsKey(port) && lock(port)) {
          return port;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock a port under " + LOCKS, e);
    }
    throw new IllegalStateException("no free port from " + FIRST + " to " + (FIRST + COUNT));
  }

  /** For what comes and goes; the port must not be listened on any more. */
  static synchronized void giveBack(int port) {
    FileChannel channel = HELD.remove(port);
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unlock port " + port, e);
      }
    }
  }

  private static boolean lock(int port) throws IOException {
    FileChannel channel =
        FileChannel.open(
            LOCKS.resolve(Integer.toString(port)),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    if (channel.tryLock() != null && free(port)) {
      HELD.put(port, channel);
      return true;
    }
    channel.close();
    return false;
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
