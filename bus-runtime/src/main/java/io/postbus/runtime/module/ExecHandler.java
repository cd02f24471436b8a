package io.postbus.runtime.module;

import io.postbus.Delivery;
import io.postbus.ModuleContext;
import io.postbus.ModuleHandler;
import io.postbus.runtime.json.CloudEventJson;
import io.postbus.spi.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import tools.jackson.databind.node.ObjectNode;

/**
 * Handles deliveries by a program in any language. It is kept running and gets one line of JSON (a
 * CloudEvent) for a message on its standard input; it answers each with one line, see {@link
 * Answer}, before it gets the next. As many copies run as there are deliveries handled at a time. A
 * copy that hangs, dies or answers nonsense is ended and costs the one attempt it was at.
 */
final class ExecHandler implements ModuleHandler {
  private static final Duration STOP = Duration.ofSeconds(5);

  private final String module;
  private final List<String> command;
  private final ConcurrentLinkedDeque<ExecProcess> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean stopped;

  ExecHandler(String module, List<String> command) {
    this.module = module;
    this.command = command;
  }

  /** Starts the first copy, so that a program that is not there is known at once. */
  @Override
  public void start(ModuleContext context) {
    try {
      idle.push(ExecProcess.start(module, command));
    } catch (HandlerFailedException e) {
      throw new ConfigurationException("modules." + module + ".exec: " + e.getMessage(), e);
    }
  }

  @Override
  public void handle(Delivery delivery) throws InterruptedException {
    ExecProcess process = idleProcess();
    boolean sound = false;
    try {
      String answer = process.ask(request(delivery), delivery.deadline());
      Answer parsed = parse(answer);
      sound = true;
      parsed.apply(delivery);
    } finally {
      giveBack(process, sound);
    }
  }

  @Override
  public void stop() {
    stopped = true;
    List<ExecProcess> all = new ArrayList<>(idle);
    idle.clear();
    all.forEach(ExecProcess::closeInput);
    long deadline = System.nanoTime() + STOP.toNanos();
    all.forEach(p -> p.end(Math.max(0, deadline - System.nanoTime())));
  }

  private ExecProcess idleProcess() {
    for (ExecProcess p = idle.poll(); p != null; p = idle.poll()) {
      if (p.alive()) {
        return p;
      }
      p.end(0);
    }
    return ExecProcess.start(module, command);
  }

  private void giveBack(ExecProcess process, boolean sound) {
    if (sound && !stopped) {
      idle.push(process);
      // A stop that has emptied the deque meanwhile would never see this one.
      if (stopped && idle.remove(process)) {
        process.end(0);
      }
    } else {
      process.end(0);
    }
  }

  private static String request(Delivery delivery) {
    ObjectNode event = CloudEventJson.write(delivery.message());
    event.put("postbusgroup", delivery.group());
    event.put("postbusattempt", delivery.attempt());
    return CloudEventJson.line(event);
  }

  private static Answer parse(String line) {
    try {
      return Answer.parse(line);
    } catch (IllegalArgumentException e) {
      throw new HandlerFailedException("The program answered nonsense: " + e.getMessage(), e);
    }
  }
}
