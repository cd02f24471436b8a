/** The business of the demo. */
@SuppressWarnings("module") // the command is built later, and Jackson is there when it runs
module io.postbus.examples.live {
  requires io.postbus.runtime;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.postbus.examples.live to
      io.postbus.cli,
      io.postbus.runtime;

  opens io.postbus.examples.live to
      tools.jackson.databind;
}
