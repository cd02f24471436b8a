package io.postbus;

import java.util.List;

/**
 * Computes a module's consumers instead of the file ({@code consumers-from}): from a config centre,
 * a database. Made by its public constructor without parameters, asked once at the module's start.
 */
public interface ConsumerSource {
  /**
   * The consumers.
   *
   * @param defaults a subscription with the module's and the file's defaults, to be changed
   */
  List<Subscription> consumers(ModuleContext context, Subscription defaults) throws Exception;
}
