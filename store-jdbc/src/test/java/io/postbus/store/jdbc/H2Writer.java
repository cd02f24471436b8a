package io.postbus.store.jdbc;

import io.postbus.spi.BusException;
import io.postbus.spi.Move;
import io.postbus.spi.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A process on the embedded store, in whose default place it is: {@code put|take REPORT FIRST END}.
 * Notes each number in its report once the store has confirmed it.
 */
final class H2Writer {
  private H2Writer() {}

  public static void main(String[] args) throws IOException {
    Path report = Path.of(args[1]);
    try (Store store = Nodes.open(Map.of())) {
      for (int n = Integer.parseInt(args[2]); n < Integer.parseInt(args[3]); n++) {
        if (done(store, args[0], n)) {
          byte[] line = (n + "\n").getBytes(StandardCharsets.UTF_8);
          Files.write(report, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
      }
    }
  }

  /** Puts until it is in; takes once, for whether a lost answer was a yes nobody can tell. */
  private static boolean done(Store store, String work, int n) {
    while (true) {
      try {
        if (work.equals("put")) {
          store.delays().put(0, List.of(Nodes.entry(n)));
          return true;
        }
        return store.delays().move(0, List.of(Move.remove(Nodes.entry(n).slot()))).get(0);
      } catch (BusException e) {
        if (!e.retryable()) {
          throw e;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }
}
