package io.postbus.cli.supervise;

import io.postbus.cli.output.Json;
import io.postbus.cli.supervise.Child.State;
import io.postbus.cli.supervise.ChildAnswers.Answer;
import io.postbus.runtime.observe.AdminServer.Page;
import io.postbus.runtime.observe.AdminServer.Pages;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The admin pages of a supervisor: one answer for all its children. Thread-safe.
 *
 * <p>Live is it as long as no child says that it is not; one that is being started again does not
 * count. Ready is it when every child runs and says so.
 */
public final class ChildrenPages implements Pages {
  private final Supervisor supervisor;
  private final ChildAnswers answers = new ChildAnswers();

  public ChildrenPages(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  @Override
  public String metrics() {
    List<Child.Status> children = supervisor.children();
    MergedMetrics merged = new MergedMetrics();
    children.forEach(child -> merged.add(child.name().toString(), own(child)));
    answers.ask(children, "/metrics").forEach((name, answer) -> merged.add(name, answer.body()));
    return merged.text();
  }

  @Override
  public Page live() {
    List<Child.Status> children = supervisor.children();
    Map<String, Answer> answered = answers.ask(children, "/live");
    return page("live", answered.values().stream().allMatch(Answer::good), children, answered);
  }

  @Override
  public Page ready() {
    List<Child.Status> children = supervisor.children();
    Map<String, Answer> answered = answers.ask(children, "/ready");
    boolean ready =
        children.stream().allMatch(c -> c.state() == State.RUNNING)
            && answered.values().stream().allMatch(Answer::good);
    return page("ready", ready, children, answered);
  }

  private static String own(Child.Status child) {
    return """
        # HELP messagebus_process_up Whether the process runs
        # TYPE messagebus_process_up gauge
        messagebus_process_up %d
        # HELP messagebus_process_starts_total How often the process has been started
        # TYPE messagebus_process_starts_total counter
        messagebus_process_starts_total %d
        """
        .formatted(child.state() == State.RUNNING ? 1 : 0, child.starts());
  }

  private static Page page(
      String what, boolean good, List<Child.Status> children, Map<String, Answer> answered) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.put(what, good);
    ObjectNode processes = body.putObject("processes");
    for (Child.Status child : children) {
      ObjectNode process = processes.putObject(child.name().toString());
      process.put("state", child.state().name().toLowerCase(Locale.ROOT));
      process.put("starts", child.starts());
      describe(answered.get(child.name().toString()), process);
    }
    return new Page(good, body + "\n");
  }

  private static void describe(@Nullable Answer answer, ObjectNode process) {
    if (answer == null || answer.body().isEmpty()) {
      return;
    }
    try {
      process.set("health", Json.mapper().readTree(answer.body()));
    } catch (JacksonException notJson) {
      process.put("health", answer.body());
    }
  }
}
