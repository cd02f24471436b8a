package io.postbus.cli.run;

import io.postbus.Delivery;
import io.postbus.ModuleContext;
import io.postbus.ModuleHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The handler of the tests that run processes: it writes into a file when it begins and when it has
 * finished, and works on a message until a file says that it may finish.
 */
public final class Work implements ModuleHandler {
  private Path journal = Path.of("");
  private Path gate = Path.of("");
  private long workNanos;

  @Override
  public void start(ModuleContext context) {
    journal = Path.of(context.settings().required("journal"));
    gate = Path.of(context.settings().required("gate"));
    workNanos =
        context
            .settings()
            .duration("work", Duration.ZERO, Duration.ZERO, Duration.ofHours(1))
            .toNanos();
  }

  @Override
  public void handle(Delivery delivery) throws Exception {
    write("began", delivery);
    long end = System.nanoTime() + workNanos;
    while (System.nanoTime() < end || !Files.exists(gate)) {
      LockSupport.parkNanos(1_000_000);
      if (Thread.interrupted()) {
        throw new InterruptedException("in the middle of " + delivery.message().id());
      }
    }
    write("finished", delivery);
  }

  /** One write a line, at the end of the file: processes do not mix their lines up. */
  private void write(String what, Delivery delivery) throws IOException {
    String line = what + " " + ProcessHandle.current().pid() + " " + delivery.message().id() + "\n";
    Files.writeString(journal, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
