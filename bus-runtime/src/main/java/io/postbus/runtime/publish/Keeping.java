package io.postbus.runtime.publish;

import java.util.concurrent.Executor;

/**
 * What publishing needs of the store.
 *
 * @param handing runs, one after the other, what sends messages whose entries are durable
 */
public record Keeping(Later later, Promises promises, KnownGroups groups, Executor handing) {}
