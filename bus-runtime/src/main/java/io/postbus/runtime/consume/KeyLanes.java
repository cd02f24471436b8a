package io.postbus.runtime.consume;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A lane for every key that is in hand: no two of a key are out together, unless in one batch, and
 * none comes out before the one ahead of it is over. Thread-safe. Calls the sink under its lock.
 */
final class KeyLanes implements Lanes {
  private final Map<String, KeyLane> lanes = new HashMap<>();
  private final Sink sink;
  private final Function<Job, @Nullable String> keys;

  /**
   * Lanes by these keys; jobs without a key come out at once.
   *
   * @param keys the same for every attempt at a delivery
   */
  KeyLanes(Sink sink, Function<Job, @Nullable String> keys) {
    this.sink = sink;
    this.keys = keys;
  }

  @Override
  public void add(List<Job> arrived) {
    synchronized (lanes) {
      for (Job job : arrived) {
        String key = keys.apply(job);
        if (key == null) {
          sink.accept(job);
        } else {
          KeyLane lane = lanes.computeIfAbsent(key, k -> new KeyLane());
          lane.add(job);
          lane.release(sink);
        }
      }
    }
  }

  @Override
  public void done(Job job) {
    String key = keys.apply(job);
    if (key == null) {
      return;
    }
    synchronized (lanes) {
      KeyLane lane = lanes.get(key);
      if (lane != null) {
        lane.remove(job);
        if (lane.isEmpty()) {
          lanes.remove(key);
        } else {
          lane.release(sink);
        }
      }
    }
  }

  @Override
  public void replace(Job before, Job next) {
    String key = keys.apply(before);
    if (key != null) {
      synchronized (lanes) {
        KeyLane lane = lanes.get(key);
        if (lane != null) {
          lane.replace(before, next);
        }
      }
    }
  }

  @Override
  public void repeat(List<Job> jobs) {
    Set<Job> recalled = new HashSet<>(jobs);
    Set<KeyLane> touched = new HashSet<>();
    synchronized (lanes) {
      for (Job job : jobs) {
        String key = keys.apply(job);
        KeyLane lane = key == null ? null : lanes.get(key);
        if (lane == null) {
          sink.accept(job);
        } else if (touched.add(lane)) {
          lane.recall(recalled);
          lane.release(sink);
        }
      }
    }
  }

  @Override
  public List<Job> tail(Job job) {
    String key = keys.apply(job);
    if (key == null) {
      return List.of(job);
    }
    synchronized (lanes) {
      KeyLane lane = lanes.get(key);
      if (lane == null) {
        return List.of();
      }
      List<Job> tail = lane.tail(job);
      if (lane.isEmpty()) {
        lanes.remove(key);
      }
      return tail;
    }
  }

  @Override
  public @Nullable Job behind(Job job) {
    synchronized (lanes) {
      KeyLane lane = lane(job);
      return lane == null ? null : lane.behind(job);
    }
  }

  @Override
  public void letOut(Job behind, Job first) {
    synchronized (lanes) {
      KeyLane lane = lane(first);
      if (lane != null && lane.behind(first) == behind) {
        lane.releaseNext(sink);
      }
    }
  }

  @Override
  public void back(Job job) {
    synchronized (lanes) {
      KeyLane lane = lane(job);
      if (lane != null) {
        lane.recall(Set.of(job));
      }
    }
  }

  private @Nullable KeyLane lane(Job job) {
    String key = keys.apply(job);
    return key == null ? null : lanes.get(key);
  }
}
