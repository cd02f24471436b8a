package io.postbus.cli.output;

/** Where the rows of one answer are written. One thread; closing it ends the answer. */
public interface Listing extends AutoCloseable {
  void row(Row row);

  @Override
  void close();
}
