package io.postbus.faults.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A node as a process of its own: {@code NodeMain PLAN}. Commands come by standard input; its end
 * means that whoever started this is gone, and this ends at once. SIGTERM closes the bus in order.
 */
public final class NodeMain {
  private NodeMain() {}

  public static void main(String[] args) throws IOException {
    Node node = new Node(NodePlan.read(Path.of(args[0])));
    Runtime.getRuntime().addShutdownHook(new Thread(node::close, "shutdown"));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = commands.readLine()) != null) {
      node.command(line);
    }
    Runtime.getRuntime().halt(1);
  }
}
