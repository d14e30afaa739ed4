import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { capabilities, compilePipeline } from '@saker/core-native';
import { SakerError } from '@saker/spec';
import type { CliContext } from '../../context.js';
import { resolvePipeline } from '../../flags/pipeline.js';
import { Output } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import { table } from '../../output/table.js';
import { expandFolders } from '../predict/files.js';
import type { BenchPreprocessFlags } from './command.js';
import { figure, measure, type Pass, readable } from './measure.js';

const DEFAULT_COUNT = 300;
const DEFAULT_ROUNDS = 7;
const DEFAULT_PIPELINE = 'train224';

const tenth = (value: number): number => Math.round(value * 10) / 10;
const rates = (passes: readonly Pass[], images: number, clock: 'wall' | 'cpu') =>
  figure(passes.map((pass) => images / pass[clock]));

/** `saker bench preprocess`. */
export async function benchPreprocess(
  this: CliContext,
  flags: BenchPreprocessFlags,
  folder: string,
): Promise<void> {
  const out = new Output(this, flags);
  const { threads = 1, rounds = DEFAULT_ROUNDS, pipeline: name = DEFAULT_PIPELINE, device = 'cpu' } = flags;
  const pipeline = compilePipeline(await resolvePipeline(name));
  if (!existsSync(folder)) throw new SakerError('E_FILE_NOT_FOUND', { file: folder });
  const found = expandFolders([folder]).slice(0, flags.count ?? DEFAULT_COUNT);
  if (found.length === 0) throw new SakerError('E_DATA_EMPTY', { path: folder });
  const paths = await readable(pipeline, found, threads);
  const failed = found.length - paths.length;
  if (failed > 0) out.warn(`${failed} of ${found.length} pictures could not be read and are left out`);
  if (paths.length === 0) throw new SakerError('E_DATA_EMPTY', { path: folder });

  const bar = new ProgressBar(out);
  const { ours, floor, stages } = await measure(pipeline, paths, {
    threads,
    rounds,
    device,
    onRound: (done) => {
      if (out.interactive && !out.quiet) bar.update(done / rounds, 'measuring', `round ${done} of ${rounds}`);
    },
  });
  bar.clear();

  const images = paths.length;
  const wall = rates(ours, images, 'wall');
  const cpu = rates(ours, images, 'cpu');
  const floorWall = rates(floor, images, 'wall');
  const floorCpu = rates(floor, images, 'cpu');
  // Paired by round: both passes of a round decode the same regions in the same seconds.
  const timesFloor = figure(ours.map((pass, i) => pass.cpu / (floor[i]?.cpu ?? Number.NaN)));
  const { simdTarget, codecs, cuda } = capabilities();
  const onDevice = device === 'cuda' ? `, ${cuda.devices[0]?.name ?? 'CUDA'}` : '';
  const machine = cpus()[0]?.model ?? 'unknown processor';

  const cell = ({ median, spread }: typeof wall): string => `${median.toFixed(1)} +- ${spread.toFixed(1)}`;
  out.line(`${name} on ${images} pictures, ${threads} thread${threads === 1 ? '' : 's'}, ${rounds} rounds`);
  out.line(
    `${machine}, ${simdTarget}, libjpeg-turbo ${codecs.jpeg}, Node ${process.versions.node}${onDevice}`,
  );
  out.line();
  out.line(
    table(
      [
        { title: '' },
        { title: 'images/s', align: 'right' },
        { title: 'images per CPU second', align: 'right' },
      ],
      [
        ['pipeline', cell(wall), cell(cpu)],
        ['decoder alone', cell(floorWall), cell(floorCpu)],
      ],
    ),
  );
  out.line();
  out.line(`CPU time ${timesFloor.median.toFixed(3)} +- ${timesFloor.spread.toFixed(3)} times the decoder's`);
  const { readMs, decodeMs, pixelMs } = stages;
  out.line(
    `a picture: read ${readMs.toFixed(3)} ms, decode ${decodeMs.toFixed(3)} ms, pixels ${pixelMs.toFixed(3)} ms`,
  );
  out.json({
    pipeline: name,
    pipelineHash: pipeline.hash,
    rounds,
    failed,
    device,
    stages,
    cpuTimesFloor: timesFloor,
    spread: {
      imagesPerSecond: tenth(wall.spread),
      imagesPerCpuSecond: tenth(cpu.spread),
      decodeFloorPerCpuSecond: tenth(floorCpu.spread),
    },
    seconds: {
      wall: figure(ours.map((pass) => pass.wall)),
      cpu: figure(ours.map((pass) => pass.cpu)),
      floorWall: figure(floor.map((pass) => pass.wall)),
      floorCpu: figure(floor.map((pass) => pass.cpu)),
    },
    machine: { cpu: machine, simdTarget, jpeg: codecs.jpeg, node: process.versions.node },
    imagesPerSecond: tenth(wall.median),
    imagesPerCpuSecond: tenth(cpu.median),
    decodeFloorPerCpuSecond: tenth(floorCpu.median),
    threads,
    images,
  });
}
