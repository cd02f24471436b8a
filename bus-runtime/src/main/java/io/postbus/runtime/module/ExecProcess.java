package io.postbus.runtime.module;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running copy of a module's program. Asked by one thread at a time; two threads of its own
 * read what it prints, so that neither side ever waits on a full pipe for the other.
 */
final class ExecProcess {
  private static final Logger LOG = LoggerFactory.getLogger("postbus.exec");
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int LONGEST_LOG = 4 * 1024;
  private static final String END = "";

  private final String module;
  private final Process process;
  private final OutputStream input;

  /** Answers, and {@link #END} once there will be none. More than one unasked is nonsense. */
  private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(16);

  private ExecProcess(String module, Process process) {
    this.module = module;
    this.process = process;
    this.input = process.getOutputStream();
  }

  static ExecProcess start(String module, List<String> command) {
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new HandlerFailedException("cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
    ExecProcess p = new ExecProcess(module, process);
    p.thread("answers", p::readAnswers);
    p.thread("log", p::readLog);
    return p;
  }

  boolean alive() {
    return process.isAlive();
  }

  /**
   * Sends a line and waits for the answer.
   *
   * @throws HandlerFailedException if there is none by the deadline, or not exactly one
   */
  String ask(String line, Instant deadline) throws InterruptedException {
    if (!answers.isEmpty()) {
      throw new HandlerFailedException("The program answered without being asked");
    }
    // Writing to a pipe cannot be interrupted: ending the process at the deadline is what frees it.
    Thread writer = thread("request", () -> write(line));
    long limit = Math.max(1, Duration.between(Instant.now(), deadline).toMillis());
    try {
      String answer = answers.poll(limit, TimeUnit.MILLISECONDS);
      if (answer == null) {
        throw new HandlerFailedException("The program did not answer in time");
      }
      if (answer.equals(END)) {
        throw new HandlerFailedException("The program ended" + exit());
      }
      return answer;
    } finally {
      if (writer.isAlive()) {
        writer.join(10);
      }
    }
  }

  /** Lets the program end by itself. */
  void closeInput() {
    try {
      input.close();
    } catch (IOException alreadyGone) {
      LOG.debug("The input of {} was closed already", module, alreadyGone);
    }
  }

  /** Ends the program, by force once the time is over. */
  void end(long nanos) {
    closeInputIfIdle(nanos);
    try {
      if (nanos > 0 && process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void closeInputIfIdle(long nanos) {
    // Closing waits for a writer that is stuck in a full pipe; by force the pipe goes first.
    if (nanos > 0) {
      closeInput();
    }
  }

  private void write(String line) {
    try {
      input.write(line.getBytes(StandardCharsets.UTF_8));
      input.write('\n');
      input.flush();
    } catch (IOException e) {
      // The reader of answers sees the end of the process and tells it.
      LOG.debug("The program of {} no longer reads", module, e);
    }
  }

  private void readAnswers() {
    try (BufferedReader out = reader(process.getInputStream())) {
      String line = BoundedLine.read(out, LONGEST_LINE);
      while (line != null) {
        if (!answers.offer(line.isEmpty() ? " " : line)) {
          LOG.warn("The program of module {} floods its output; ending it", module);
          process.destroyForcibly();
          return;
        }
        line = BoundedLine.read(out, LONGEST_LINE);
      }
    } catch (IOException e) {
      LOG.debug("The output of {} broke", module, e);
    } finally {
      finished();
    }
  }

  private void finished() {
    if (!answers.offer(END)) {
      answers.clear();
      answers.add(END);
    }
  }

  private void readLog() {
    try (BufferedReader err = reader(process.getErrorStream())) {
      String line = BoundedLine.read(err, LONGEST_LOG);
      while (line != null) {
        LOG.info("{}: {}", module, line);
        line = BoundedLine.read(err, LONGEST_LOG);
      }
    } catch (IOException e) {
      LOG.debug("The log of {} broke", module, e);
    }
  }

  private String exit() throws InterruptedException {
    // The end of its output comes a moment before its own.
    boolean ended = process.waitFor(200, TimeUnit.MILLISECONDS);
    return ended ? " with exit code " + process.exitValue() : " its output";
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private Thread thread(String what, Runnable work) {
    Thread t = new Thread(work, "postbus-exec-" + module + "-" + what);
    t.setDaemon(true);
    t.start();
    return t;
  }
}
