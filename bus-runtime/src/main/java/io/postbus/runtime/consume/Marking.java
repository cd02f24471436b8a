package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.Subscription.Idempotent;
import io.postbus.Subscription.Idempotent.By;
import io.postbus.message.Message;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/** By what a group recognises a message, and for how long. Immutable. */
final class Marking {
  private static final Idempotent BY_ID = new Idempotent(Idempotent.KEEP, By.ID);

  private final Idempotent rule;

  Marking(Subscription s) {
    this.rule = s.idempotent().orElse(BY_ID);
  }

  /** The job's mark, the same for all its attempts. */
  String of(Job job) {
    String mark = job.mark;
    if (mark == null) {
      mark = rule.by() == By.ID ? job.message().id() : fingerprint(job.message());
      job.mark = mark;
    }
    return mark;
  }

  /** Until when what is completed now is remembered. */
  Instant until(Instant now) {
    return now.plus(rule.keep());
  }

  /** Where the key ends is part of it, so that no two pairs of key and payload look the same. */
  private static String fingerprint(Message m) {
    MessageDigest digest = sha256();
    byte[] key = m.key() == null ? new byte[0] : m.key().getBytes(StandardCharsets.UTF_8);
    digest.update((m.key() == null ? "-" : key.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(key);
    return "sha256:" + HexFormat.of().formatHex(digest.digest(m.payload()), 0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256", e);
    }
  }
}
