import { cpus } from 'node:os';
import { capabilities, compilePipeline, type Pipeline } from '@saker/core-native';
import { type PicturePlace, SakerError } from '@saker/spec';
import type { CliContext } from '../../context.js';
import { resolvePipeline } from '../../flags/pipeline.js';
import { Output } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import { table } from '../../output/table.js';
import type { BenchPreprocessFlags } from './command.js';
import { figure, measure, type Pass, readable } from './measure.js';
import { type BenchPictures, benchPictures } from './pictures.js';

const DEFAULT_COUNT = 300;
const DEFAULT_ROUNDS = 7;
const DEFAULT_PIPELINE = 'train224';

const tenth = (value: number): number => Math.round(value * 10) / 10;
const rates = (passes: readonly Pass[], images: number, clock: 'wall' | 'cpu') =>
  figure(passes.map((pass) => images / pass[clock]));

/** The rates over the other pictures, and how many times faster the first ones went, paired by round. */
function comparison(ours: readonly Pass[], others: readonly Pass[], images: number, otherImages: number) {
  const rate = (pass: Pass | undefined, n: number): number => n / (pass?.wall ?? Number.NaN);
  return {
    wall: rates(others, otherImages, 'wall'),
    cpu: rates(others, otherImages, 'cpu'),
    timesOther: figure(ours.map((pass, i) => rate(pass, images) / rate(others[i], otherImages))),
  };
}

/** What of them the pipeline can make; the others are counted in a warning. */
async function usable(
  out: Output,
  pipeline: Pipeline,
  data: string,
  { pictures: found }: BenchPictures,
  threads: number,
): Promise<{ readonly pictures: readonly PicturePlace[]; readonly failed: number }> {
  const pictures = await readable(pipeline, found, threads);
  const failed = found.length - pictures.length;
  if (failed > 0) out.warn(`${failed} of ${found.length} pictures could not be read and are left out`);
  if (pictures.length === 0) throw new SakerError('E_DATA_EMPTY', { path: data });
  return { pictures, failed };
}

/** `saker bench preprocess`. */
export async function benchPreprocess(
  this: CliContext,
  flags: BenchPreprocessFlags,
  data: string,
): Promise<void> {
  const out = new Output(this, flags);
  const { threads = 1, rounds = DEFAULT_ROUNDS, pipeline: name = DEFAULT_PIPELINE, device = 'cpu' } = flags;
  const pipeline = compilePipeline(await resolvePipeline(name));
  const count = flags.count ?? DEFAULT_COUNT;
  const found = await benchPictures(data, count);
  const { pictures, failed } = await usable(out, pipeline, data, found, threads);
  const beside = flags.compare === undefined ? null : await benchPictures(flags.compare, count);
  const other = beside && (await usable(out, pipeline, flags.compare as string, beside, threads)).pictures;

  const bar = new ProgressBar(out);
  const {
    ours,
    decode,
    floor,
    other: others,
    stages,
  } = await measure(pipeline, pictures, {
    threads,
    rounds,
    ...(other ? { other } : {}),
    device,
    onRound: (done) => {
      if (out.interactive && !out.quiet) bar.update(done / rounds, 'measuring', `round ${done} of ${rounds}`);
    },
  });
  bar.clear();

  const images = pictures.length;
  const wall = rates(ours, images, 'wall');
  const cpu = rates(ours, images, 'cpu');
  const decodeWall = rates(decode, images, 'wall');
  const decodeCpu = rates(decode, images, 'cpu');
  const floorWall = rates(floor, images, 'wall');
  const floorCpu = rates(floor, images, 'cpu');
  // Paired by round: all passes of a round decode the same regions in the same seconds.
  const timesFloor = figure(ours.map((pass, i) => pass.cpu / (floor[i]?.cpu ?? Number.NaN)));
  const compared = other && beside ? comparison(ours, others, images, other.length) : null;
  const { simdTarget, codecs, cuda } = capabilities();
  const onDevice = device === 'cuda' ? `, ${cuda.devices[0]?.name ?? 'CUDA'}` : '';
  const machine = cpus()[0]?.model ?? 'unknown processor';

  const cell = ({ median, spread }: typeof wall): string => `${median.toFixed(1)} +- ${spread.toFixed(1)}`;
  const from = found.kind === 'shards' ? ', from shards' : '';
  out.line(
    `${name} on ${images} pictures, ${threads} thread${threads === 1 ? '' : 's'}, ${rounds} rounds${from}`,
  );
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
        ['decoder alone', cell(decodeWall), cell(decodeCpu)],
        ['libjpeg-turbo alone', cell(floorWall), cell(floorCpu)],
        ...(compared && beside
          ? [[`${beside.kind} in ${flags.compare}`, cell(compared.wall), cell(compared.cpu)]]
          : []),
      ],
    ),
  );
  out.line();
  out.line(
    `CPU time ${timesFloor.median.toFixed(3)} +- ${timesFloor.spread.toFixed(3)} times libjpeg-turbo's decode alone`,
  );
  if (compared && beside) {
    const { median, spread } = compared.timesOther;
    out.line(
      `${median.toFixed(3)} +- ${spread.toFixed(3)} times the rate from ${beside.kind} in ${flags.compare}`,
    );
  }
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
      decodePerCpuSecond: tenth(decodeCpu.spread),
      decodeFloorPerCpuSecond: tenth(floorCpu.spread),
    },
    seconds: {
      wall: figure(ours.map((pass) => pass.wall)),
      cpu: figure(ours.map((pass) => pass.cpu)),
      decodeWall: figure(decode.map((pass) => pass.wall)),
      decodeCpu: figure(decode.map((pass) => pass.cpu)),
      floorWall: figure(floor.map((pass) => pass.wall)),
      floorCpu: figure(floor.map((pass) => pass.cpu)),
    },
    source: found.kind,
    compare:
      compared && beside && other
        ? {
            data: flags.compare,
            source: beside.kind,
            images: other.length,
            imagesPerSecond: tenth(compared.wall.median),
            imagesPerCpuSecond: tenth(compared.cpu.median),
            spread: {
              imagesPerSecond: tenth(compared.wall.spread),
              imagesPerCpuSecond: tenth(compared.cpu.spread),
            },
            timesOther: compared.timesOther,
          }
        : null,
    machine: { cpu: machine, simdTarget, jpeg: codecs.jpeg, node: process.versions.node },
    imagesPerSecond: tenth(wall.median),
    imagesPerCpuSecond: tenth(cpu.median),
    decodePerCpuSecond: tenth(decodeCpu.median),
    decodeFloorPerCpuSecond: tenth(floorCpu.median),
    threads,
    images,
  });
}
