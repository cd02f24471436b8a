/** One runnable example a feature. */
module io.postbus.examples {
  requires io.postbus.runtime;
  requires static org.jspecify;
}
