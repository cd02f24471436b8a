package io.postbus.testbrokers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** The bytes of one connection that go one way. Belongs to the proxy's thread. */
final class Flow {
  private static final int CHUNK = 64 * 1024;
  private static final int LIMIT = 1024 * 1024;
  static final long NEVER = Long.MAX_VALUE;

  private final SocketChannel from;
  private final SocketChannel to;
  private final Line line;
  private final Deque<Chunk> held = new ArrayDeque<>();
  private int heldBytes;
  private boolean ended;
  private boolean closed;
  private boolean blocked;

  Flow(SocketChannel from, SocketChannel to, Line line) {
    this.from = from;
    this.to = to;
    this.line = line;
  }

  private record Chunk(ByteBuffer bytes, long due) {}

  boolean wantsToRead() {
    return !ended && !line.stalled() && heldBytes < LIMIT;
  }

  /** Only while the socket takes no more: otherwise writing is tried when it is due. */
  boolean wantsToWrite() {
    return blocked && !line.stalled();
  }

  /** Whether the end of the source has been passed on. */
  boolean closed() {
    return closed;
  }

  /** Takes what has come, if there is room for it. */
  void read(ByteBuffer scratch, long now) throws IOException {
    if (!wantsToRead()) {
      return;
    }
    scratch.clear().limit(Math.min(CHUNK, LIMIT - heldBytes));
    int count = from.read(scratch);
    if (count < 0) {
      ended = true;
      held.add(new Chunk(ByteBuffer.allocate(0), line.due(now)));
    } else if (count > 0) {
      ByteBuffer bytes = ByteBuffer.allocate(count).put(scratch.flip()).flip();
      held.add(new Chunk(bytes, line.due(now)));
      heldBytes += count;
    }
  }

  /** Writes what is due, and returns how many nanoseconds from now there is more to write. */
  long write(long now) throws IOException {
    blocked = false;
    while (!line.stalled() && !held.isEmpty()) {
      Chunk head = held.element();
      long wait = Math.max(head.due() - now, line.busyFor(now));
      if (wait > 0) {
        return wait;
      }
      if (!pass(head.bytes(), now)) {
        blocked = true;
        return NEVER;
      }
      if (!head.bytes().hasRemaining()) {
        held.remove();
      }
    }
    if (ended && held.isEmpty() && !closed) {
      closed = true;
      to.shutdownOutput();
    }
    return NEVER;
  }

  /** False if the socket took less than was offered. */
  private boolean pass(ByteBuffer bytes, long now) throws IOException {
    int offered = Math.min(bytes.remaining(), line.slice());
    ByteBuffer slice = bytes.slice(bytes.position(), offered);
    int count = to.write(slice);
    bytes.position(bytes.position() + count);
    heldBytes -= count;
    line.passed(count, now);
    return count == offered;
  }
}
