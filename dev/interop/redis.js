// Writes as a program does that knows nothing of Postbus: redis.js plain|php|attributes; redis.js read prints one entry,
// and redis.js unpack what one tells whose payload's field is named by id and type.
const Redis = require('ioredis');

const redis = new Redis(process.env.BROKER_URI);
const php = { _app: 'live', _host: 'h1', _happened_at: '1700000000', uid: '7' };

const entries = {
  plain: [['interop.plain', { data: JSON.stringify({ order: 7 }) }]],
  php: [
    ['interop.php', { event: 'Other', message_id: 'php-2', ...php }],
    ['interop.php', { event: 'IncomeEarned', message_id: 'php-1', ...php }],
  ],
  attributes: [['interop.plain', {
    ce_specversion: '1.0', ce_id: 'A-1', ce_source: '/shop', ce_type: 'OrderPlaced', data: 'x',
  }]],
};

// As docs/decisions/0062 has it.
function unpack(entry) {
  const name = Object.keys(entry).find((field) => field === 'data' || field.startsWith('data:'));
  const { [name]: data, ...rest } = entry;
  if (name === 'data') return entry;
  return { ...rest, ce_id: name.slice(5, 41), ce_type: name.slice(42), data };
}

async function read(group, form) {
  // As a consumer group of another program.
  await redis.xgroup('CREATE', 'interop.out', group, '$', 'MKSTREAM');
  console.error('ready');
  const got = await redis.xreadgroup('GROUP', group, 'me', 'COUNT', 1, 'BLOCK', 30000, 'STREAMS', 'interop.out', '>');
  if (!got) throw new Error('nothing came');
  const [id, fields] = got[0][1][0];
  const entry = {};
  for (let i = 0; i < fields.length; i += 2) entry[fields[i]] = fields[i + 1];
  console.log(JSON.stringify(form(entry)));
  await redis.xack('interop.out', group, id);
}

async function main() {
  if (process.argv[2] === 'read') return read('foreign', (entry) => entry);
  if (process.argv[2] === 'unpack') return read('unpacking', unpack);
  for (const [stream, fields] of entries[process.argv[2]]) {
    await redis.xadd(stream, '*', ...Object.entries(fields).flat());
  }
}

main().then(() => redis.quit()).catch((e) => { console.error(e.message); process.exit(1); });
