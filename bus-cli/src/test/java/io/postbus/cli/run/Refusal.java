package io.postbus.cli.run;

import io.postbus.Delivery;
import io.postbus.ModuleContext;
import io.postbus.ModuleHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A handler that gives every message up until a file says that it may finish them. */
public final class Refusal implements ModuleHandler {
  private Path journal = Path.of("");
  private Path gate = Path.of("");

  @Override
  public void start(ModuleContext context) {
    journal = Path.of(context.settings().required("journal"));
    gate = Path.of(context.settings().required("gate"));
  }

  @Override
  public void handle(Delivery delivery) throws IOException {
    if (Files.exists(gate)) {
      String line =
          "finished " + ProcessHandle.current().pid() + " " + delivery.message().id() + "\n";
      Files.writeString(journal, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } else {
      delivery.deadLetter("the gate is shut");
    }
  }
}
