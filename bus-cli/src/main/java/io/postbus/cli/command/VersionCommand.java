package io.postbus.cli.command;

import io.postbus.cli.Invocation;
import io.postbus.cli.Version;
import io.postbus.cli.output.Row;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.StoreProvider;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;

@Command(name = "version", description = "the version, the Java it runs on, its drivers and stores")
public final class VersionCommand implements Runnable {
  private final Invocation invocation;

  VersionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    invocation
        .output()
        .details(
            Row.of("postbus", Version.text())
                .with("java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")")
                .with("drivers", names(DriverProvider.class, DriverProvider::name))
                .with("stores", names(StoreProvider.class, StoreProvider::name)));
  }

  private static <T> List<String> names(Class<T> provider, Function<T, String> name) {
    return StreamSupport.stream(ServiceLoader.load(provider).spliterator(), false)
        .map(name)
        .sorted()
        .toList();
  }
}
