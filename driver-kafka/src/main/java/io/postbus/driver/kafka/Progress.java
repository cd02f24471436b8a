package io.postbus.driver.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What a commit says beside the offset, in its metadata: how many messages are with handlers, and
 * which beyond the offset are finished, as the lengths of runs: unfinished, finished, unfinished…
 *
 * @param held whether a member had the partition and has not given it back since, or not all of it
 * @param out how many are with handlers; of use only while the group has members
 * @param runs by turns unfinished and finished
 */
record Progress(boolean held, int out, List<Long> runs) {
  static final Progress NONE = new Progress(false, 0, List.of());

  /** What a broker allows by default ({@code offset.metadata.max.bytes}). */
  static final int LIMIT = 4_096;

  private static final String MARK = "pb1:";
  private static final int LONGEST_VARINT = 10;

  /** Of one who gives the partition back. */
  static OffsetAndMetadata last(Track track, int out) {
    return track.span() == 0 && out == 0 ? new OffsetAndMetadata(track.low()) : commit(track, out);
  }

  /** What does not fit is left out from the end: after a restart it comes again. */
  static OffsetAndMetadata commit(Track track, int out) {
    long last = track.low();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    varint(bytes, out);
    int room = (LIMIT - MARK.length()) / 4 * 3 - 2 * LONGEST_VARINT;
    while (bytes.size() < room) {
      long finished = track.next(last, true);
      if (finished == track.high()) {
        break;
      }
      long next = track.next(finished, false);
      varint(bytes, finished - last);
      varint(bytes, next - finished);
      last = next;
    }
    String text = Base64.getEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    return new OffsetAndMetadata(track.low(), MARK + text);
  }

  /** Nothing, if somebody else has written it. */
  static Progress read(OffsetAndMetadata position) {
    String text = position.metadata();
    if (text == null || !text.startsWith(MARK)) {
      return NONE;
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(Base64.getDecoder().decode(text.substring(MARK.length())));
      int out = (int) varint(in);
      List<Long> runs = new ArrayList<>();
      while (in.hasRemaining()) {
        runs.add(varint(in));
      }
      return new Progress(true, out, runs);
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
      return NONE;
    }
  }

  /** How many beyond the offset are finished. */
  long finished() {
    long sum = 0;
    for (int i = 1; i < runs.size(); i += 2) {
      sum += runs.get(i);
    }
    return sum;
  }

  /** A track that begins at the offset and knows the finished ones. */
  Track track(long from) {
    Track track = new Track(from);
    long at = from;
    for (int i = 0; i < runs.size(); i++) {
      long until = at + runs.get(i);
      if (i % 2 == 1) {
        track.skipTo(until);
      } else {
        for (; at < until; at++) {
          track.saw(at);
        }
      }
      at = until;
    }
    return track;
  }

  private static void varint(ByteArrayOutputStream out, long n) {
    long left = n;
    while (left > 127) {
      out.write((int) (left & 127) | 128);
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static long varint(ByteBuffer in) {
    long n = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      n |= (long) (b & 127) << shift;
      if (b >= 0 || shift > 56) {
        return n;
      }
    }
  }
}
