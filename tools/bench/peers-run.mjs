// One measurement of one task, for peers.mjs: Saker's command or one rival, each in a process of its own.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

function run(program, args) {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw new Error(`${[program, ...args].join(' ')} failed: ${error.stderr || error.message}`);
  }
}

/** `saker bench preprocess`, one round: {figures, machine, images}. */
export function runSaker(root, { folder, count, pipeline, threads }) {
  const flags = [
    '--pipeline',
    pipeline,
    '--count',
    count,
    '--threads',
    threads,
    '--rounds',
    1,
    '--json',
    '--quiet',
  ];
  const saker = join(root, 'packages/cli/bin/saker.js');
  const lines = run(process.execPath, [saker, 'bench', 'preprocess', folder, ...flags.map(String)]).trimEnd();
  const result = JSON.parse(lines.split('\n').at(-1));
  if (threads === 2) return { figures: { 'two threads (images/s)': result.imagesPerSecond } };
  const figures = { [pipeline]: result.imagesPerCpuSecond };
  if (pipeline === 'train224') {
    figures['our decoder'] = result.decodePerCpuSecond;
    figures['libjpeg-turbo floor'] = result.decodeFloorPerCpuSecond;
    figures['one thread (images/s)'] = result.imagesPerSecond;
  } else {
    figures['libjpeg-turbo floor (jitter)'] = result.decodeFloorPerCpuSecond;
  }
  return { figures, machine: result.machine, images: result.images };
}

/** One rival of ../shared/peers/preprocess.py, which prints `NAME: RATE img/cpu-s`: {figures}. */
export function runPeer(python, peer, { script, folder, count }) {
  const line = run(python, [script, folder, String(count), peer]);
  const rate = /: ([\d.]+) img\/cpu-s/.exec(line)?.[1];
  if (rate === undefined) throw new Error(`${peer} printed no rate: ${line}`);
  return { figures: { [peer]: Number(rate) } };
}

const LIBRARIES = `
import importlib.metadata as m, platform
names = ('torch', 'torchvision', 'pillow', 'opencv-python-headless', 'tensorflow-cpu', 'tensorflow')
def version(name):
    try: return name + ' ' + m.version(name)
    except m.PackageNotFoundError: return None
print(', '.join(['Python ' + platform.python_version()] + [v for v in map(version, names) if v]))
`;

let known = null;

/** What was measured, a line each. */
export function versionsOf(root, machine, options) {
  if (known) return known;
  const commit = run('git', ['-C', root, 'rev-parse', '--short', 'HEAD']).trim();
  known = [`Saker ${commit}, libjpeg-turbo ${machine.jpeg}, Node ${machine.node}`];
  for (const python of [options['torch-python'], options['tf-python']]) {
    if (python) known.push(`Rivals: ${run(python, ['-c', LIBRARIES]).trim()}`);
  }
  return known;
}
