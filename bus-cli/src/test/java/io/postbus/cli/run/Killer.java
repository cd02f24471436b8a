package io.postbus.cli.run;

import io.postbus.Delivery;
import io.postbus.ModuleContext;
import io.postbus.ModuleHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/** A handler that one message ends together with the whole process. */
public final class Killer implements ModuleHandler {
  private Path journal = Path.of("");
  private String poison = "";

  @Override
  public void start(ModuleContext context) {
    journal = Path.of(context.settings().required("journal"));
    poison = context.settings().required("poison");
  }

  @Override
  public void handle(Delivery delivery) throws IOException {
    LockSupport.parkNanos(5_000_000);
    if (delivery.message().id().equals(poison)) {
      Runtime.getRuntime().halt(3);
    }
    String line =
        "finished " + ProcessHandle.current().pid() + " " + delivery.message().id() + "\n";
    Files.writeString(journal, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
