// Reads one message of a topic as a program does that knows nothing of Postbus, and prints it as JSON.
const amqp = require('amqplib');

async function main() {
  const connection = await amqp.connect(process.env.BROKER_URI);
  const channel = await connection.createChannel();
  await channel.assertExchange('interop.out', 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'interop.out', '#');
  const timer = setTimeout(() => { console.error('nothing came'); process.exit(1); }, 30000);
  await channel.consume(queue, async (m) => {
    clearTimeout(timer);
    console.log(JSON.stringify({
      key: m.fields.routingKey,
      headers: m.properties.headers,
      contentType: m.properties.contentType,
      messageId: m.properties.messageId,
      deliveryMode: m.properties.deliveryMode,
      body: m.content.toString('utf8'),
    }));
    await connection.close();
  }, { noAck: true });
  console.error('ready');
}

main().catch((e) => { console.error(e.message); process.exit(1); });
