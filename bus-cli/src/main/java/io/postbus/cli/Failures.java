package io.postbus.cli;

import io.postbus.LockTimeoutException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Problem;
import io.postbus.spi.PublishException;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells the user what went wrong, and turns it into an exit code. */
public final class Failures {
  private final Invocation invocation;

  Failures(Invocation invocation) {
    this.invocation = invocation;
  }

  /** A command line that cannot be understood. */
  int misused(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintStream err = invocation.err();
    err.println("postbus: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command.getErr().flush();
    err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  /** A command that ended by an exception. */
  int failed(Exception e) {
    PrintStream err = invocation.err();
    tell(e, err);
    if (invocation.globals().verbosity() > 0) {
      e.printStackTrace(err);
    } else if (code(e) == ExitCode.FAILURE && !(e instanceof CommandFailure)) {
      err.println("With -v it tells more.");
    }
    return code(e);
  }

  /** The exit code of what was thrown. */
  public static int code(Throwable e) {
    if (e instanceof CommandFailure failure) {
      return failure.code();
    }
    if (e instanceof ConfigurationException) {
      return ExitCode.USAGE;
    }
    if (e instanceof LockTimeoutException) {
      return ExitCode.TIMEOUT;
    }
    if (hasConnectionFailure(e)) {
      return ExitCode.UNREACHABLE;
    }
    return e instanceof PublishException p ? code(p.outcome()) : ExitCode.FAILURE;
  }

  private static int code(PublishException.Outcome outcome) {
    return switch (outcome) {
      case UNROUTABLE -> ExitCode.NOT_FOUND;
      case UNKNOWN -> ExitCode.TIMEOUT;
      case REJECTED -> ExitCode.FAILURE;
    };
  }

  private static boolean hasConnectionFailure(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ConnectionException) {
        return true;
      }
    }
    return false;
  }

  private static void tell(Exception e, PrintStream err) {
    if (e instanceof ConfigurationException c && c.problems().size() > 1) {
      List<Problem> problems = c.problems();
      err.println("postbus: the configuration has " + problems.size() + " problems");
      problems.forEach(p -> err.println("  " + p));
    } else {
      err.println("postbus: " + (e.getMessage() == null ? e.getClass().getName() : e.getMessage()));
    }
  }
}
