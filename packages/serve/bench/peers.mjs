/**
 * The server beside another one, in alternating runs under the same load generator on the same cores.
 *   node bench/peers.mjs --model FILE.onnx --labels FILE --images FOLDER [--mean a,b,c --std a,b,c]
 *        --peer "COMMAND that listens on 127.0.0.1:$PORT" [--connections 8,32] [--seconds 10] [--rounds 3] [--json]
 * Prints requests/s, latency, and CPU time per request of the server's process tree (from /proc).
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runLoad } from '@saker/serve/load';

const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    model: text,
    labels: text,
    images: text,
    mean: { ...text, default: '0.5,0.5,0.5' },
    std: { ...text, default: '0.5,0.5,0.5' },
    peer: text,
    flags: { ...text, default: '' },
    connections: { ...text, default: '8,32' },
    seconds: { ...text, default: '10' },
    rounds: { ...text, default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const TICKS_PER_SECOND = 100;
const PORTS = { saker: 9101, peer: 9102 };
const cli = fileURLToPath(new URL('../../cli/bin/saker.js', import.meta.url));

const pictures = readdirSync(values.images)
  .filter((name) => /\.(jpe?g|png)$/i.test(name))
  .sort()
  .slice(0, 100)
  .map((name) => readFileSync(join(values.images, name)));

const { model, labels, mean, std } = values;
const metadata = labels ? ['--labels', labels, '--mean', mean, '--std', std] : [];
const commands = {
  saker: [
    process.execPath,
    cli,
    'serve',
    model,
    '--port',
    `${PORTS.saker}`,
    ...metadata,
    ...values.flags.split(' ').filter(Boolean),
  ],
  ...(values.peer ? { peer: ['/bin/sh', '-c', `exec ${values.peer}`] } : {}),
};

const rows = {};
for (let round = 0; round < Number(values.rounds); round++) {
  const order = Object.keys(commands);
  if (round % 2 === 1) order.reverse();
  for (const name of order) {
    const started = performance.now();
    const server = spawn(commands[name][0], commands[name].slice(1), {
      env: { ...process.env, PORT: String(PORTS[name]) },
      stdio: 'ignore',
    });
    try {
      const url = `http://127.0.0.1:${PORTS[name]}`;
      await up(name === 'saker' ? `${url}/readyz` : `${url}/docs`);
      const readyMs = performance.now() - started;
      for (const connections of values.connections.split(',').map(Number)) {
        await runLoad({ url, pictures, seconds: 1.5, connections });
        const before = cpuSeconds(server.pid);
        const result = await runLoad({ url, pictures, seconds: Number(values.seconds), connections });
        const cpu = cpuSeconds(server.pid) - before;
        const good = Object.entries(result.statuses).reduce((n, [s, c]) => n + (s === '200' ? c : 0), 0);
        const key = `${name}, ${connections} connections`;
        rows[key] ??= [];
        rows[key].push({
          requestsPerSecond: result.successPerSecond,
          p50Ms: result.latency.p50,
          p99Ms: result.latency.p99,
          cpuMs: (cpu * 1000) / good,
          notOk: result.requests - good,
          readyMs,
        });
      }
    } finally {
      server.kill('SIGTERM');
      await new Promise((resolve) => server.once('exit', resolve));
    }
  }
}
const summary = Object.fromEntries(Object.entries(rows).map(([key, all]) => [key, spread(all)]));
if (values.json) console.log(JSON.stringify(summary));
else
  for (const [key, row] of Object.entries(summary)) {
    console.log(key);
    for (const [name, { median, min, max }] of Object.entries(row))
      console.log(
        `  ${name.padEnd(18)} ${median.toFixed(1).padStart(9)}   (${min.toFixed(1)} to ${max.toFixed(1)})`,
      );
  }

async function up(url) {
  for (let i = 0; i < 3000; i++) {
    const ok = await fetch(url).then(
      (reply) => reply.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url} did not answer`);
}

/** User and system time of a process. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function spread(all) {
  return Object.fromEntries(
    Object.keys(all[0]).map((key) => {
      const sorted = all.map((row) => row[key]).sort((a, b) => a - b);
      return [key, { median: sorted[sorted.length >> 1], min: sorted[0], max: sorted.at(-1) }];
    }),
  );
}
