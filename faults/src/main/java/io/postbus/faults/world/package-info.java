/** What a run takes place in: broker, store, the proxies before them, and the nodes. */
@NullMarked
package io.postbus.faults.world;

import org.jspecify.annotations.NullMarked;
