package io.postbus;

/**
 * What a configured module runs: named in the file by class, or found by ServiceLoader. One
 * instance a process, made by its public constructor without parameters.
 */
public interface ModuleHandler extends Handler {
  /** Before the first delivery. What it throws keeps the module from starting. */
  default void start(ModuleContext context) throws Exception {}

  /** After the last delivery. What it throws is logged. */
  default void stop() throws Exception {}
}
