package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DeadLetters;
import io.postbus.Filter;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.Progress;
import io.postbus.runtime.json.CloudEventJson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    description = "writes dead letters as JSON lines, which publish --jsonl takes again")
final class DeadExport implements Callable<Integer> {
  private final Invocation invocation;
  private long written;

  @Mixin DeadSelection selection;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "write to this new file instead of stdout")
  @Nullable Path file;

  DeadExport(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    try (Bus bus = invocation.open()) {
      DeadLetters letters = bus.deadLetters(selection.group);
      long meant = selection.count(letters);
      if (file == null) {
        return write(letters, meant, invocation.cli().out());
      }
      try (PrintStream out = create(file)) {
        return write(letters, meant, out);
      }
    }
  }

  private int write(DeadLetters letters, long meant, PrintStream out) {
    try (Progress progress = invocation.progress()) {
      for (Filter filter : selection.filters()) {
        Limit.all(
            (cursor, most) -> letters.list(filter, cursor, most),
            letter -> {
              out.println(CloudEventJson.line(Messages.json(letter)));
              written++;
              progress.at(() -> written + " of " + meant + " exported");
            });
      }
    }
    if (out.checkError()) {
      throw new CommandFailure(ExitCode.FAILURE, "Not all could be written: is the disk full?");
    }
    invocation.say("Exported " + selection.told(written) + ".");
    return ExitCode.OK;
  }

  private static PrintStream create(Path file) throws IOException {
    try {
      return new PrintStream(
          Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          false,
          StandardCharsets.UTF_8);
    } catch (FileAlreadyExistsException e) {
      throw CommandFailure.usage("There is a file " + file + " already; name another one");
    }
  }
}
