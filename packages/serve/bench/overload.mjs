/**
 * Ten times the load that the server can take: what is accepted is in time, what is refused is told at once, memory stays
 * flat, and afterwards all is as before.
 *   node bench/overload.mjs --model FILE.onnx --images FOLDER [--factor 10] [--seconds 60] [--connections 512]
 *        [--requests 300000] [--flags="..."] [--json]
 * Before it, two seconds of the same load are counted apart as `onset`: until then neither side has refused or been refused
 * anything, so V8 has compiled none of that, and 512 connections open at once. The load lasts `seconds`, or until `requests` have been sent where that takes longer. Memory is that of the server's
 * process (VmRSS); the least and the most leave out the first half minute, in which caches and heaps fill. The generator is
 * a process of its own: where it could not keep up it says so, and latencies are then its own.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runLoad } from '@saker/serve/load';
import { pictures } from './samples.mjs';

const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    model: text,
    images: text,
    factor: { ...text, default: '10' },
    seconds: { ...text, default: '60' },
    connections: { ...text, default: '512' },
    requests: { ...text, default: '0' },
    flags: { ...text, default: '' },
    json: { type: 'boolean', default: false },
  },
});
/** Seconds of overload before memory counts. */
const WARM_S = 30;
const CALIBRATION_S = 4;
const ONSET_S = 2;
/** Answers under way when the load ends. */
const SLACK_S = 3;
const PORT = 9103;
const url = `http://127.0.0.1:${PORT}`;
const cli = fileURLToPath(new URL('../../cli/bin/saker.js', import.meta.url));
const photos = await pictures(values.images);

const flags = values.flags.split(' ').filter(Boolean);
const server = spawn(process.execPath, [cli, 'serve', values.model, '--port', `${PORT}`, ...flags], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
let ended = false;
server.once('exit', () => {
  ended = true;
});
try {
  await until(async () => (await fetch(`${url}/readyz`)).ok);
  const closed = await runLoad({ url, pictures: photos, seconds: CALIBRATION_S, connections: 8 });
  const capacity = closed.successPerSecond;
  const rate = capacity * Number(values.factor);
  const seconds = Math.max(Number(values.seconds), Number(values.requests) / rate);
  const memory = [];
  const clock = setInterval(() => memory.push(rssMiB(server.pid)), 1000);
  const load = { url, pictures: photos, rate, connections: Number(values.connections) };
  const onset = await runLoad({ ...load, seconds: ONSET_S });
  const result = await runLoad({ ...load, seconds });
  clearInterval(clock);
  const recoveredMs = await recovery(closed.latency.p99 * 2);
  const after = rssMiB(server.pid);
  const warm = memory.slice(WARM_S);
  const report = {
    capacity,
    rate,
    onset,
    ...result,
    /** Accepted and not answered within the server's own limit, counted from the whole body having come. */
    timedOut: (onset.statuses[504] ?? 0) + (result.statuses[504] ?? 0),
    /** When it is not 0, the generator could not keep up, and latencies, which count from when requests were due, are its own. */
    generatorBehindS: Math.max(0, result.seconds - seconds - SLACK_S),
    otherStatuses: Object.keys({ ...onset.statuses, ...result.statuses }).filter(
      (status) => !['200', '429', '503'].includes(status),
    ),
    recoveredMs,
    rssMiB: {
      series: memory.filter((_, i) => i % 5 === 0),
      least: Math.min(...warm),
      most: Math.max(...warm),
      after,
    },
  };
  if (values.json) console.log(JSON.stringify(report));
  else console.log(report);
} finally {
  server.kill('SIGTERM');
  if (!ended) await new Promise((resolve) => server.once('exit', resolve));
}

/** Milliseconds until eight answers in a row are good and as quick as before the load. */
async function recovery(quickMs) {
  const started = performance.now();
  for (let row = 0, i = 0; row < 8; i++) {
    const sent = performance.now();
    const ok = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: photos[i % photos.length],
    }).then(
      async (reply) => (await reply.arrayBuffer()) && reply.ok,
      () => false,
    );
    row = ok && performance.now() - sent <= quickMs ? row + 1 : 0;
  }
  return performance.now() - started;
}

async function until(check) {
  while (!(await check().catch(() => false))) {
    if (ended) throw new Error('the server has ended');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function rssMiB(pid) {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);
}
