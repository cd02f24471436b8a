package io.postbus;

/** Marks exceptions after which trying again makes no sense: the delivery is dead at once. */
public interface NotRetryable {}
