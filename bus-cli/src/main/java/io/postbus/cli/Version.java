package io.postbus.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** Which Postbus this is. */
public final class Version implements IVersionProvider {
  /** As the jar says; classes outside of a jar have none. */
  public static String text() {
    return Objects.requireNonNullElse(
        Version.class.getPackage().getImplementationVersion(), "(not packaged)");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"postbus " + text()};
  }
}
