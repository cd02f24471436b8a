package io.postbus.faults.scenario;

/** What a scenario is about. */
public enum Area {
  BROKER,
  NETWORK,
  STORE,
  PROCESS,
  HANDLER,
  MIXED
}
