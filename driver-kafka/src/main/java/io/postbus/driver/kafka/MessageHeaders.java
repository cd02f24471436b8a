package io.postbus.driver.kafka;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record on its way out. Kafka's own are made to be read by many threads and are
 * copied when they are sent: with two headers a fifth of what it takes to write the record. One
 * thread.
 */
final class MessageHeaders implements Headers {
  /** As many as most messages have: they fit without a copy. */
  private static final int USUAL = 2;

  private Header[] all = new Header[USUAL];
  private int count;

  @Override
  public Headers add(Header header) {
    if (count == all.length) {
      all = Arrays.copyOf(all, count + count + USUAL);
    }
    all[count++] = header;
    return this;
  }

  @Override
  public Headers add(String key, byte[] value) {
    return add(new Plain(key, value));
  }

  @Override
  public Headers remove(String key) {
    all = list().stream().filter(h -> !h.key().equals(key)).toArray(Header[]::new);
    count = all.length;
    return this;
  }

  @Override
  public @Nullable Header lastHeader(String key) {
    Header last = null;
    for (Header h : headers(key)) {
      last = h;
    }
    return last;
  }

  @Override
  public Iterable<Header> headers(String key) {
    return list().stream().filter(h -> h.key().equals(key)).toList();
  }

  @Override
  public Header[] toArray() {
    return count == all.length ? all : Arrays.copyOf(all, count);
  }

  @Override
  public Iterator<Header> iterator() {
    return list().iterator();
  }

  private List<Header> list() {
    return List.of(toArray());
  }

  private static final class Plain implements Header {
    private final String key;
    private final byte[] value;

    Plain(String key, byte[] value) {
      this.key = key;
      this.value = value;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public byte[] value() {
      return value;
    }
  }
}
