package io.postbus.examples.live;

import io.postbus.Delivery;
import io.postbus.ModuleContext;
import io.postbus.ModuleHandler;
import io.postbus.examples.live.Live.TaskCompleted;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pays who has done the task, through a payment service that is sometimes down. */
public final class Rewards implements ModuleHandler {
  private static final Logger log = LoggerFactory.getLogger(Rewards.class);

  private final AtomicInteger outage = new AtomicInteger();
  private long reward;

  @Override
  public void start(ModuleContext context) {
    reward = context.settings().integer("reward", 50, 0, 1_000_000);
    outage.set(context.settings().integer("outage", 0, 0, 1000));
  }

  @Override
  public void handle(Delivery delivery) throws IOException {
    TaskCompleted task = delivery.body(TaskCompleted.class);
    pay(task.uid(), delivery.attempt());
  }

  /** Stands for a call of another system; it answers from the third call on. */
  private void pay(String uid, int attempt) throws IOException {
    if (outage.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("The payment service does not answer");
    }
    log.info("Paid {} coins to {} at attempt {}", reward, uid, attempt);
  }
}
