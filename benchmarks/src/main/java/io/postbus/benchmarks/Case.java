package io.postbus.benchmarks;

/** Something to be done by every contestant. Fails where messages are lost or repeated. */
interface Case {
  void run(Client client, Work work) throws Exception;
}
