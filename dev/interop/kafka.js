// Writes as a program does that knows nothing of Postbus: kafka.js plain|php|attributes|many; kafka.js read prints one record.
const { Kafka, logLevel } = require('kafkajs');

const kafka = new Kafka({ brokers: [process.env.BROKER_URI], logLevel: logLevel.NOTHING });
const php = { _app: 'live', _host: 'h1', _happened_at: '1700000000', uid: '7' };

const records = {
  plain: ['interop.plain', [{ key: 'k7', value: JSON.stringify({ order: 7 }) }]],
  php: ['interop.php', [
    { value: 'other', headers: { event: 'Other', message_id: 'php-2', ...php } },
    { value: 'bare body', headers: { event: 'IncomeEarned', message_id: 'php-1', ...php } },
  ]],
  attributes: ['interop.plain', [{
    value: 'x',
    headers: { ce_specversion: '1.0', ce_id: 'A-1', ce_source: '/shop', ce_type: 'OrderPlaced', 'content-type': 'text/plain' },
  }]],
  many: ['interop.plain', Array.from({ length: 1000 }, (_, n) => ({ value: `many ${n}`, headers: { ce_type: 'Many' } }))],
};

async function read() {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'interop.out', numPartitions: 3 }] });
  // As a consumer group of another program, which counts as one once it has a position.
  const partitions = [0, 1, 2].map((partition) => ({ partition, offset: '0' }));
  await admin.setOffsets({ groupId: 'foreign', topic: 'interop.out', partitions });
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: 'foreign' });
  await consumer.connect();
  await consumer.subscribe({ topic: 'interop.out', fromBeginning: true });
  const got = new Promise((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => console.error('ready'));
    consumer.run({ eachMessage: async ({ message }) => resolve(message) });
  });
  const message = await got;
  const headers = Object.fromEntries(Object.entries(message.headers).map(([k, v]) => [k, v.toString()]));
  console.log(JSON.stringify({ key: message.key.toString(), body: message.value.toString(), headers }));
  await consumer.disconnect();
}

async function main() {
  if (process.argv[2] === 'read') return read();
  const [topic, messages] = records[process.argv[2]];
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}

main().then(() => process.exit(0)).catch((e) => { console.error(e.message); process.exit(1); });
