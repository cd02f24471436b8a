package io.postbus.cli.supervise;

import com.sun.net.httpserver.HttpServer;
import io.postbus.cli.Signals;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/**
 * A child that has no module: answers for its health, and does what its one argument says.
 *
 * <p>{@code good}, {@code unready}: runs until it is asked to end. {@code deaf}: does not end when
 * it is asked. {@code broken}: ends with 2 before it runs. {@code brief}: ends with 1 at once.
 */
final class TestChild {
  private TestChild() {}

  public static void main(String[] args) throws Exception {
    String kind = args[0];
    if (kind.equals("broken") || kind.equals("brief")) {
      System.exit(kind.equals("broken") ? 2 : 1);
    }
    Signals signals = Signals.ofChild();
    ParentProcess parent = new ParentProcess(System.in, System.out);
    parent.whenGone(signals::ask);
    System.out.print("begin of a line, ");
    System.out.println("end of it");
    parent.started(OptionalInt.of(admin(!kind.equals("unready"))));
    System.out.println("after the report");
    if (kind.equals("deaf")) {
      new CountDownLatch(1).await();
    }
    signals.asked().join();
    System.exit(0);
  }

  private static int admin(boolean ready) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    long pid = ProcessHandle.current().pid();
    answer(server, "/live", 200, "{\"live\":true}");
    answer(server, "/ready", ready ? 200 : 503, "{\"ready\":" + ready + "}");
    answer(
        server,
        "/metrics",
        200,
        "# HELP child_pid of the process\n# TYPE child_pid gauge\nchild_pid " + pid + "\n");
    server.start();
    return server.getAddress().getPort();
  }

  private static void answer(HttpServer server, String path, int code, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(code, bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
  }
}
