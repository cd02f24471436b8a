/** The contracts every driver and store must pass. */
module io.postbus.tck {
  requires transitive io.postbus.spi;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;

  exports io.postbus.tck;

  // JUnit calls the tests, which are package-private.
  opens io.postbus.tck;
}
