package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames of a connection, without what the client cannot read: no message of whatever program
 * ends the connection. As thread-safe as what it wraps.
 */
final class ReadableFrames implements FrameHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ReadableFrames.class);

  private final FrameHandler frames;

  private ReadableFrames(FrameHandler frames) {
    this.frames = frames;
  }

  /** Makes connections that read such frames. */
  static final class Factory extends ConnectionFactory {
    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
      FrameHandlerFactory plain = super.createFrameHandlerFactory();
      return (address, name) -> new ReadableFrames(plain.create(address, name));
    }
  }

  @Override
  public @Nullable Frame readFrame() throws IOException {
    Frame frame = frames.readFrame();
    return frame == null || frame.getType() != AMQP.FRAME_HEADER ? frame : readable(frame);
  }

  private static Frame readable(Frame header) {
    byte[] payload = NestedHeaders.without(header.getPayload(), ReadableFrames::tell);
    return payload == null ? header : new Frame(header.getType(), header.getChannel(), payload);
  }

  private static void tell(String name) {
    LOG.warn(
        "A message came without its header {}: it is nested deeper than RabbitMQ's client reads",
        name);
  }

  @Override
  public boolean internalHearbeat() {
    return frames.internalHearbeat();
  }

  @Override
  public void setTimeout(int millis) throws SocketException {
    frames.setTimeout(millis);
  }

  @Override
  public int getTimeout() throws SocketException {
    return frames.getTimeout();
  }

  @Override
  public void sendHeader() throws IOException {
    frames.sendHeader();
  }

  @Override
  public void initialize(AMQConnection connection) {
    frames.initialize(connection);
  }

  @Override
  public void startProcessing() {
    frames.startProcessing();
  }

  @Override
  public void finishConnectionNegotiation() {
    frames.finishConnectionNegotiation();
  }

  @Override
  public void setFrameMax(int bytes) {
    frames.setFrameMax(bytes);
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    frames.writeFrame(frame);
  }

  @Override
  public void flush(WriteListener listener) throws IOException {
    frames.flush(listener);
  }

  @Override
  public void close() {
    frames.close();
  }

  @Override
  public InetAddress getLocalAddress() {
    return frames.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return frames.getLocalPort();
  }

  @Override
  public InetAddress getAddress() {
    return frames.getAddress();
  }

  @Override
  public int getPort() {
    return frames.getPort();
  }
}
