package io.postbus.spi.support;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Failure;
import io.postbus.spi.Slot;
import io.postbus.spi.StoreException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry but its slot as bytes, for stores that keep it as one value. Fields only ever come in
 * this order; a change is a version. Thread-safe.
 */
public final class EntryCodec {
  private static final int VERSION = 1;
  private static final int SMALL = 256;

  private EntryCodec() {}

  /** All of the entry but its slot. */
  public static byte[] encode(Delayed d) {
    Message m = d.message();
    var bytes = new ByteArrayOutputStream(SMALL + m.payload().length);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      text(out, d.kind().name());
      out.writeBoolean(d.destination() instanceof Destination.ToGroup);
      text(out, d.destination().name());
      out.writeInt(d.attempt());
      text(out, d.handle());
      failure(out, d.failure());
      message(out, m);
    } catch (IOException e) {
      throw new IllegalStateException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static void failure(DataOutputStream out, @Nullable Failure f) throws IOException {
    out.writeBoolean(f != null);
    if (f != null) {
      time(out, f.first());
      time(out, f.last());
      text(out, f.error());
      text(out, f.message());
      text(out, f.trace());
      out.writeInt(f.redrives());
    }
  }

  private static void message(DataOutputStream out, Message m) throws IOException {
    text(out, m.topic());
    text(out, m.type());
    text(out, m.id());
    time(out, m.time());
    text(out, m.key());
    text(out, m.contentType());
    text(out, m.source());
    text(out, m.subject());
    Instant expiry = m.expiry();
    out.writeBoolean(expiry != null);
    if (expiry != null) {
      time(out, expiry);
    }
    out.writeInt(m.headers().size());
    for (Map.Entry<String, String> header : m.headers().entrySet()) {
      text(out, header.getKey());
      text(out, header.getValue());
    }
    out.writeInt(m.payload().length);
    out.write(m.payload());
  }

  private static void text(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static void time(DataOutputStream out, Instant time) throws IOException {
    out.writeLong(time.getEpochSecond());
    out.writeInt(time.getNano());
  }

  /**
   * The entry of the slot.
   *
   * @throws StoreException if it cannot be read, by this version at least
   */
  public static Delayed decode(Slot slot, byte[] body) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new StoreException(
            "The entry in slot " + slot + " was written by a newer Postbus", false, null);
      }
      Kind kind = Kind.valueOf(required(in));
      boolean group = in.readBoolean();
      String name = required(in);
      int attempt = in.readInt();
      String handle = text(in);
      Failure failure = in.readBoolean() ? failure(in) : null;
      Destination to = group ? Destination.group(name) : Destination.topic(name);
      return new Delayed(slot, kind, to, message(in), attempt, handle, failure);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new StoreException("The entry in slot " + slot + " cannot be read", false, e);
    }
  }

  private static Failure failure(DataInputStream in) throws IOException {
    return new Failure(time(in), time(in), required(in), required(in), required(in), in.readInt());
  }

  private static Message message(DataInputStream in) throws IOException {
    Message.Builder m =
        Message.received(required(in), required(in))
            .id(required(in))
            .time(time(in))
            .key(text(in))
            .contentType(text(in))
            .source(text(in))
            .subject(text(in));
    if (in.readBoolean()) {
      m.expiry(time(in));
    }
    for (int headers = in.readInt(); headers > 0; headers--) {
      m.header(required(in), required(in));
    }
    return m.body(bytes(in, in.readInt())).build();
  }

  private static String required(DataInputStream in) throws IOException {
    String text = text(in);
    if (text == null) {
      throw new IOException("A text is missing");
    }
    return text;
  }

  private static @Nullable String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length < 0 ? null : new String(bytes(in, length), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(DataInputStream in, int length) throws IOException {
    if (length < 0 || length > in.available()) {
      throw new IOException("It ends too early");
    }
    return in.readNBytes(length);
  }

  private static Instant time(DataInputStream in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }
}
