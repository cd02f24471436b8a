package io.postbus.examples.live;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.Handlers;
import io.postbus.ModuleContext;
import io.postbus.ModuleHandler;
import io.postbus.examples.live.Live.DurationReached;
import io.postbus.examples.live.Live.IncomeEarned;
import io.postbus.examples.live.Live.TaskCompleted;
import io.postbus.message.Message;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds who has streamed and earned enough today, and publishes it once. It keeps its sums in
 * memory, where a real one would have a database.
 */
public final class TaskCheck implements ModuleHandler {
  private static final Logger log = LoggerFactory.getLogger(TaskCheck.class);

  private final Map<String, Streamer> streamers = new ConcurrentHashMap<>();
  private final Handler events =
      Handlers.on("IncomeEarned", IncomeEarned.class, this::earned)
          .on("DurationReached", DurationReached.class, this::reached);
  private Bus bus;
  private long minutesNeeded;
  private long coinsNeeded;

  /** What a streamer has done today. The consumer's order keeps two threads off one of them. */
  private static final class Streamer {
    private final Set<String> counted = new HashSet<>();
    private long minutes;
    private long coins;
    private boolean published;
  }

  @Override
  public void start(ModuleContext context) {
    bus = context.bus();
    minutesNeeded = context.settings().integer("minutes", 60, 0, 1440);
    coinsNeeded = context.settings().integer("coins", 100, 0, 1_000_000);
  }

  @Override
  public void handle(Delivery delivery) throws Exception {
    events.handle(delivery);
  }

  private void earned(IncomeEarned income, Delivery delivery) {
    Streamer streamer = streamer(income.uid());
    // A message may come twice; it counts once.
    if (income.currency().equals("coins") && streamer.counted.add(delivery.message().id())) {
      streamer.coins += income.amount();
    }
    publishIfDone(income.uid(), streamer);
  }

  private void reached(DurationReached duration, Delivery delivery) {
    Streamer streamer = streamer(duration.uid());
    streamer.minutes = Math.max(streamer.minutes, duration.minutes());
    publishIfDone(duration.uid(), streamer);
  }

  private void publishIfDone(String uid, Streamer streamer) {
    boolean done = streamer.minutes > minutesNeeded && streamer.coins > coinsNeeded;
    if (done && !streamer.published) {
      TaskCompleted task = new TaskCompleted(uid, streamer.minutes, streamer.coins);
      bus.publish(Message.of(Live.TASK, "TaskCompleted", task).key(uid));
      streamer.published = true;
      log.info("{} has done the task: {} minutes, {} coins", uid, task.minutes(), task.coins());
    }
  }

  private Streamer streamer(String uid) {
    return streamers.computeIfAbsent(uid, u -> new Streamer());
  }
}
