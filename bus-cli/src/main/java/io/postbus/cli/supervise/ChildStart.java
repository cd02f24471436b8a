package io.postbus.cli.supervise;

import java.io.IOException;

/** Starts the process of a child, its stdin and stdout piped to this process. */
@FunctionalInterface
public interface ChildStart {
  Process start(ChildName name) throws IOException;
}
