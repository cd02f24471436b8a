/** One runnable class a feature. */
module io.postbus.examples {
  requires io.postbus.runtime;
  requires io.postbus.spi;
  requires static org.jspecify;

  // The JSON codec reads and writes the examples' records.
  opens io.postbus.examples;
}
