package io.postbus;

import java.util.List;
import java.util.Optional;

/**
 * A page of a listing.
 *
 * @param next the cursor of the next page; empty after the last
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }
}
