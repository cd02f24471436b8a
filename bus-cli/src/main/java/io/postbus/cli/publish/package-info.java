/** From what is typed or piped to published messages. */
@NullMarked
package io.postbus.cli.publish;

import org.jspecify.annotations.NullMarked;
