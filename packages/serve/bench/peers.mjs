/**
 * The server beside another one and beside its own floor, in alternating runs under the same load generator on the same
 * cores.
 *   node bench/peers.mjs [--model FILE.onnx] [--images FOLDER] [--labels FILE --mean a,b,c --std a,b,c]
 *        [--peer "COMMAND that listens on 127.0.0.1:$PORT"] [--peer-up /docs] [--connections 8,32] [--seconds 10] [--rounds 5]
 *        [--variants 2x1,1x2] [--flags="..."] [--json]
 * Without a model it is a MobileNetV2 of drawn weights, without pictures they are drawn. Each round runs, in an order that turns around: the floor (the same pictures through the Predictor, one thread, no
 * server), the server, the peer. Of each server: time to ready; at each number of connections requests/s, p50, p99 and
 * processor time per request of its process (from /proc), after a warm-up; then p50 and p99 at 70 % of the rate that this
 * run of it has just shown, open loop. `--variants` runs the server once for each WORKERSxTHREADS. Prints medians with least and greatest, and ratios of
 * the medians with the bars of the product beside them.
 */
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runLoad } from '@saker/serve/load';
import { print, ratios } from './peers-report.mjs';
import { spread } from './rows.mjs';
import { pictures, sampleModel } from './samples.mjs';

const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    model: text,
    images: text,
    labels: text,
    mean: { ...text, default: '0.485,0.456,0.406' },
    std: { ...text, default: '0.229,0.224,0.225' },
    peer: text,
    'peer-up': { ...text, default: '/docs' },
    connections: { ...text, default: '8,32' },
    seconds: { ...text, default: '10' },
    rounds: { ...text, default: '5' },
    variants: text,
    flags: { ...text, default: '' },
    json: { type: 'boolean', default: false },
  },
});
const TICKS_PER_SECOND = 100;
/** V8 compiles for some hundred requests on end; what is measured is a server as it runs on. */
const FIRST_WARM_UP_S = 8;
const WARM_UP_S = 1.5;
const SHARE_OF_CAPACITY = 0.7;
const PORTS = { saker: 9101, peer: 9102 };
const cli = fileURLToPath(new URL('../../cli/bin/saker.js', import.meta.url));
const seconds = Number(values.seconds);
const connections = values.connections.split(',').map(Number);
const numbers = (list) => list.split(',').map(Number);

const folder = mkdtempSync(join(tmpdir(), 'saker-peers-'));
const photos = await pictures(values.images);
const model = values.model ?? (await sampleModel(folder));
const rows = new Map();
const add = (key, row) => rows.set(key, [...(rows.get(key) ?? []), row]);
try {
  const photoFile = join(folder, 'photos.json');
  writeFileSync(photoFile, JSON.stringify(photos.map((photo) => photo.toString('base64'))));
  const subjects = [{ name: 'floor', run: () => floor(photoFile) }, ...sakers()];
  if (values.peer) subjects.push({ name: 'peer', run: () => trial('peer', peerCommand(), PORTS.peer) });
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { run } of round % 2 === 1 ? [...subjects].reverse() : subjects) await run();
    if (process.stderr.isTTY) process.stderr.write(`round ${round + 1} of ${values.rounds}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const summary = Object.fromEntries([...rows].map(([key, all]) => [key, spread(all)]));
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
  loadAverage: loadavg()[0],
};
const report = {
  machine,
  rounds: Number(values.rounds),
  seconds,
  summary,
  ratios: ratios(summary, connections),
};
if (values.json) console.log(JSON.stringify(report));
else print(report);

function sakers() {
  const { labels, mean, std } = values;
  const metadata = labels ? ['--labels', labels, '--mean', mean, '--std', std] : [];
  const flags = values.flags.split(' ').filter(Boolean);
  const variants = values.variants?.split(',') ?? [null];
  return variants.map((variant) => {
    const [workers, threads] = variant?.split('x') ?? [];
    const name = variant === null ? 'saker' : `saker ${variant}`;
    const sized = variant === null ? [] : ['--workers', workers, '--threads', threads];
    const command = [cli, 'serve', model, '--port', `${PORTS.saker}`, ...metadata, ...sized, ...flags];
    return { name, run: () => trial(name, [process.execPath, ...command], PORTS.saker) };
  });
}

function peerCommand() {
  return ['/bin/sh', '-c', `exec ${values.peer}`];
}

/** The same work without a server, in a process of its own. */
async function floor(photoFile) {
  const options = {
    model,
    labels: values.labels ? labelsOf(values.labels) : null,
    mean: numbers(values.mean),
    std: numbers(values.std),
    photoFile,
    seconds,
  };
  const child = fork(fileURLToPath(new URL('floor.mjs', import.meta.url)), [JSON.stringify(options)]);
  const row = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the floor ended with code ${code}`)));
  });
  child.kill('SIGKILL');
  add('floor', row);
}

async function trial(name, [program, ...args], port) {
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const server = spawn(program, args, {
    env: { ...process.env, PORT: String(port), MODEL: model },
    stdio: 'ignore',
  });
  try {
    await up(`${url}${name === 'peer' ? values['peer-up'] : '/v2/health/ready'}`, server);
    add(`${name}, ready`, { readyMs: performance.now() - started, cpuMs: cpuSeconds(server.pid) * 1000 });
    let capacity = 0;
    for (const [i, count] of connections.entries()) {
      await runLoad({
        url,
        pictures: photos,
        seconds: i === 0 ? FIRST_WARM_UP_S : WARM_UP_S,
        connections: count,
      });
      const before = cpuSeconds(server.pid);
      const result = await runLoad({ url, pictures: photos, seconds, connections: count });
      const cpu = cpuSeconds(server.pid) - before;
      add(`${name}, ${count} connections`, rowOf(result, cpu));
      capacity = Math.max(capacity, result.successPerSecond);
    }
    const before = cpuSeconds(server.pid);
    const result = await runLoad({ url, pictures: photos, seconds, rate: SHARE_OF_CAPACITY * capacity });
    add(`${name}, 70 %`, rowOf(result, cpuSeconds(server.pid) - before));
  } finally {
    server.kill('SIGTERM');
    if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
  }
}

function rowOf(result, cpu) {
  const good = result.statuses[200] ?? 0;
  return {
    requestsPerSecond: result.successPerSecond,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    p99OverP50: result.latency.p99 / result.latency.p50,
    cpuMs: (cpu * 1000) / good,
    notOk: result.requests - good,
  };
}

async function up(url, server) {
  while (server.exitCode === null) {
    const ok = await fetch(url).then(
      (reply) => reply.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the server of ${url} ended with code ${server.exitCode}`);
}

/** User and system time of a process, its threads included. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function labelsOf(file) {
  const content = readFileSync(file, 'utf8');
  if (content.trimStart().startsWith('[')) return JSON.parse(content);
  return content.split(/\r?\n/).filter((line) => line.trim() !== '');
}
