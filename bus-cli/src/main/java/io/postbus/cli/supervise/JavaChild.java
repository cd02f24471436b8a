package io.postbus.cli.supervise;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Starts children that are this program again: the same Java with the same options and class path.
 * Their stderr is ours, so that their logs are neither copied nor lost. Thread-safe.
 *
 * @param mainClass the class whose main method is run
 * @param arguments the arguments of each child
 */
public record JavaChild(String mainClass, Function<ChildName, List<String>> arguments)
    implements ChildStart {
  @Override
  public Process start(ChildName name) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(arguments.apply(name));
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }
}
