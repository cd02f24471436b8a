package io.postbus.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import io.postbus.testbrokers.MariaDbBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * db-scheduler on the same database, with its own table, its handlers in this process: no broker
 * takes part. Set up for throughput as its documentation says: batches to schedule, many threads,
 * often polled, a connection for each of them. Of its two ways of polling MariaDB has the one that
 * fetches first and locks each task when it is executed.
 */
final class DelayDbScheduler implements DelayClient {
  private static final int THREADS = 32;
  private static final Duration POLL = Duration.ofMillis(50);
  private static final String TABLE =
      "CREATE TABLE scheduled_tasks (task_name VARCHAR(100) NOT NULL,"
          + " task_instance VARCHAR(100) NOT NULL, task_data BLOB,"
          + " execution_time TIMESTAMP(6) NOT NULL, picked BOOLEAN NOT NULL,"
          + " picked_by VARCHAR(50), last_success TIMESTAMP(6) NULL,"
          + " last_failure TIMESTAMP(6) NULL, consecutive_failures INT,"
          + " last_heartbeat TIMESTAMP(6) NULL, version BIGINT NOT NULL, priority SMALLINT,"
          + " PRIMARY KEY (task_name, task_instance),"
          + " INDEX execution_time_idx (execution_time),"
          + " INDEX last_heartbeat_idx (last_heartbeat))";

  private final HikariDataSource pool = new HikariDataSource();
  private final AtomicLong ids = new AtomicLong();
  private final OneTimeTask<byte[]> task;
  private final Scheduler scheduler;
  private final Gathering<SchedulableInstance<byte[]>> puts;
  private volatile Consumer<byte[]> handler = body -> {};

  DelayDbScheduler(MariaDbBroker database) {
    database.sql(TABLE);
    pool.setJdbcUrl(database.jdbcUrl());
    pool.setUsername(database.username());
    pool.setPassword(database.password());
    pool.setMaximumPoolSize(THREADS + 8);
    task =
        Tasks.oneTime("delayed", byte[].class)
            .execute((instance, context) -> handler.accept(instance.getData()));
    scheduler =
        Scheduler.create(pool, task)
            .threads(THREADS)
            .pollingInterval(POLL)
            .pollUsingFetchAndLockOnExecute(1, 10)
            .serializer(new Bytes())
            .alwaysPersistTimestampInUTC()
            .build();
    puts = new Gathering<>(batch -> scheduler.scheduleBatch(new ArrayList<>(batch)));
  }

  @Override
  public String name() {
    return "db-scheduler";
  }

  @Override
  public void deliver(Consumer<byte[]> to) {
    handler = to;
    scheduler.start();
  }

  @Override
  public CompletionStage<Void> put(byte[] body, Instant due, Duration wait) throws Exception {
    String id = Long.toString(ids.incrementAndGet());
    return puts.add(SchedulableInstance.of(task.instance(id, body), due));
  }

  @Override
  public void close() {
    scheduler.stop();
    puts.close();
    pool.close();
  }

  /** What is bytes already stays so. */
  private static final class Bytes implements Serializer {
    @Override
    public byte[] serialize(Object data) {
      return data == null ? new byte[0] : (byte[]) data;
    }

    @Override
    public <T> T deserialize(Class<T> type, byte[] bytes) {
      return type.cast(bytes);
    }
  }
}
