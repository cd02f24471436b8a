// Publishes as a program does that knows nothing of Postbus: publish.js plain|php|go
const amqp = require('amqplib');

const shapes = {
  // A bare message: the routing key is all there is.
  plain: ['interop.plain', 'OrderPlaced', { order: 7 }, {}],
  // The PHP bus: flat fields, here as headers, and a bare body.
  php: ['interop.php', 'any', 'bare body', {
    headers: { event: 'IncomeEarned', message_id: 'php-1', _app: 'live', _host: 'h1', _happened_at: '1700000000', uid: '7' },
  }],
  // The Go bus: an envelope around the data.
  go: ['interop.go', 'any', { UniqueId: 'go-1', Name: 'DurationReached', Data: { uid: 7, minutes: 61 } }, {}],
};

async function main() {
  const [exchange, key, body, options] = shapes[process.argv[2]];
  const connection = await amqp.connect(process.env.BROKER_URI);
  const channel = await connection.createConfirmChannel();
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  channel.publish(exchange, key, bytes, options);
  await channel.waitForConfirms();
  await connection.close();
}

main().catch((e) => { console.error(e.message); process.exit(1); });
