package io.postbus.runtime.consume;

import io.postbus.spi.BusException;
import io.postbus.spi.DedupStore;
import io.postbus.spi.Settlement;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out the message that kills its process. What the broker has handed out before is marked in
 * the store before it begins, and the mark taken away when it has ended in whatever way: a mark
 * that is found is of a process that died with the message in hand. Such a one goes alone, marked
 * once more each time; one that has died alone twice is given up on. Whatever comes for the first
 * time costs nothing. Thread-safe.
 */
final class Suspects implements Lanes.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(Suspects.class);
  static final String SPACE = "postbus.begun";
  private static final Duration KEEP = Duration.ofDays(1);
  private static final Duration AWAY = Duration.ofSeconds(10);
  private static final long AWAY_NANOS = AWAY.toNanos();

  /** The mark of one that was begun beside others. */
  private static final int BESIDE = 1;

  /** Begun alone for the second time; found again, it is the one. */
  private static final int LAST = 3;

  /** Each may have as many marks as there are levels, and a call takes 500. */
  private static final int AT_ONCE = 500 / LAST;

  private final String group;
  private final Once once;
  private final ConsumeContext context;
  private final Lanes.Sink next;
  private final StoreCalls begins;
  private final StoreCalls ends;

  /** What is marked and in hand here, by the id of its message. */
  private final Map<String, Job> marked = new ConcurrentHashMap<>();

  /** About to be marked: what becomes of them meanwhile is seen to after it. */
  private final Set<Job> marking = ConcurrentHashMap.newKeySet();

  /** Over here, and perhaps still marked: found, such a mark is nobody's death. */
  private final Set<String> leaving = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /** Only the thread of {@link #begins}. */
  private long unmarkedUntil;

  Suspects(String group, ConsumeContext context, Lanes.Sink next) {
    this.group = group;
    this.once = context.once();
    this.context = context;
    this.next = next;
    this.begins =
        new StoreCalls(group, "Marking what comes again", context.timeline(), this::begin);
    this.unmarkedUntil = context.timeline().nanos();
    this.ends = new StoreCalls(group, "Unmarking what came again", context.timeline(), this::end);
  }

  @Override
  public void accept(Job job) {
    if (!job.arrival().received().redelivered() || job.suspicion == BESIDE) {
      next.accept(job);
    } else if (job.suspicion == 0) {
      begins.add(job);
    } else {
      // Another attempt in hand, still under suspicion.
      once.solitude().enter(job, () -> next.accept(job));
    }
  }

  @Override
  public void accept(List<Job> jobs) {
    for (Job job : jobs) {
      if (job.arrival().received().redelivered()) {
        jobs.forEach(this::accept);
        return;
      }
    }
    next.accept(jobs);
  }

  @Override
  public boolean join(Job before, Job job) {
    return !job.arrival().received().redelivered() && next.join(before, job);
  }

  /** The attempt has ended, and another follows in hand. */
  void followed(Job job) {
    if (job.suspicion > BESIDE) {
      once.solitude().leave(job);
    }
  }

  /** The delivery has ended in this process. */
  void over(Job job) {
    if (job.suspicion > 0 && !marking.contains(job)) {
      followed(job);
      marked.remove(job.message().id());
      leaving.add(job.message().id());
      ends.add(job);
    }
  }

  /** The member has left: what it had ended with it, and not with the process. */
  void close() {
    closed = true;
    begins.close(once.solitude()::leave);
    ends.addAll(List.copyOf(marked.values()));
    ends.close(this::endLast);
  }

  private void begin(List<Job> all) {
    List<Job> jobs = new ArrayList<>(all.size());
    for (Job job : all) {
      if (job.suspicion == 0) {
        jobs.add(job);
      } else {
        alone(job);
      }
    }
    for (int i = 0; i < jobs.size(); i += AT_ONCE) {
      beginSome(jobs.subList(i, Math.min(jobs.size(), i + AT_ONCE)));
    }
  }

  /** Without the store they begin unmarked: better that than not at all. */
  private void beginSome(List<Job> jobs) {
    if (context.timeline().nanos() - unmarkedUntil < 0) {
      jobs.forEach(next::accept);
      return;
    }
    marking.addAll(jobs);
    try {
      look(jobs);
      mark(jobs.stream().filter(job -> job.suspicion == BESIDE && job.queued()).toList());
    } catch (BusException e) {
      // A store that is away is not waited for with every one of them.
      unmarkedUntil = context.timeline().nanos() + AWAY_NANOS;
      LOG.warn("What comes again to {} begins unmarked for {}: {}", group, AWAY, e.toString());
    } finally {
      jobs.forEach(marking::remove);
    }
    suspect(jobs.stream().filter(job -> job.suspicion > BESIDE).toList());
    jobs.stream().filter(job -> job.suspicion <= BESIDE).forEach(this::pass);
  }

  private void look(List<Job> jobs) {
    Set<String> ours = new HashSet<>(leaving);
    Set<String> found = marks().completed(SPACE, ids(jobs));
    for (Job job : jobs) {
      job.suspicion = 1 + (ours.contains(job.message().id()) ? 0 : level(found, job));
    }
  }

  /** To its handler; or nobody wants it any more, and who dropped it left the marks to us. */
  private void pass(Job job) {
    if (job.queued()) {
      next.accept(job);
    } else {
      over(job);
    }
  }

  private void suspect(List<Job> jobs) {
    if (!jobs.isEmpty()) {
      LOG.warn(
          "{} deliveries of {} were in hand when a process died: they go alone now, {} first",
          jobs.size(),
          group,
          jobs.get(0));
    }
    for (Job job : jobs) {
      if (job.suspicion > LAST) {
        job.refuse(Unthrown.killer(LAST));
      }
      if (job.suspicion > LAST || !job.queued()) {
        pass(job);
      } else {
        once.solitude().enter(job, () -> admitted(job));
      }
    }
  }

  /** On whatever thread ended the one before. */
  private void admitted(Job job) {
    begins.add(job);
    if (closed) {
      once.solitude().leave(job);
    }
  }

  private void alone(Job job) {
    marking.add(job);
    try {
      if (job.queued()) {
        mark(List.of(job));
      }
    } catch (BusException e) {
      LOG.warn("{} of {} goes alone unmarked: {}", job, group, e.toString());
    } finally {
      marking.remove(job);
    }
    pass(job);
  }

  private void mark(List<Job> jobs) {
    if (!jobs.isEmpty()) {
      jobs.forEach(job -> marked.put(job.message().id(), job));
      List<String> ids = jobs.stream().map(job -> id(job, job.suspicion)).toList();
      marks().complete(SPACE, ids, context.waiting().now().plus(KEEP));
    }
  }

  private void end(List<Job> jobs) {
    for (int i = 0; i < jobs.size(); i += AT_ONCE) {
      Set<String> ids = new HashSet<>();
      List<Job> some = jobs.subList(i, Math.min(jobs.size(), i + AT_ONCE));
      some.forEach(job -> addOver(ids, job));
      marks().forget(SPACE, ids);
      some.forEach(this::forgotten);
    }
  }

  private void forgotten(Job job) {
    leaving.remove(job.message().id());
    if (job.returning()) {
      job.arrival().settle(Settlement.RELEASE);
    }
  }

  /** What has lived through a handling is innocent; of what was never begun that is not known. */
  private void addOver(Set<String> ids, Job job) {
    if (job.begun()) {
      addAll(ids, job);
    } else {
      ids.add(id(job, job.suspicion));
    }
  }

  private void endLast(Job job) {
    try {
      end(List.of(job));
    } catch (BusException e) {
      LOG.debug("{} stays marked", job, e);
    }
  }

  private DedupStore marks() {
    return once.marks();
  }

  private int level(Set<String> found, Job job) {
    int level = LAST;
    while (level > 0 && !found.contains(id(job, level))) {
      level--;
    }
    return level;
  }

  private Set<String> ids(List<Job> jobs) {
    Set<String> ids = new HashSet<>();
    jobs.forEach(job -> addAll(ids, job));
    return ids;
  }

  private void addAll(Set<String> ids, Job job) {
    for (int level = BESIDE; level <= LAST; level++) {
      ids.add(id(job, level));
    }
  }

  private String id(Job job, int level) {
    return id(group, job.message().id(), level);
  }

  /** Of one length, whatever the names of the group and the message. */
  static String id(String group, String message, int level) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String text = group + "\n" + message;
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16) + "." + level;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256", e);
    }
  }
}
