import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { ERRORS, SAKER_VERSION, SakerError } from '@saker/spec';
import type { CliContext } from '../../context.js';
import type { CommonFlags } from '../../flags/common.js';
import { Output } from '../../output/output.js';

type Core = ReturnType<typeof import('@saker/core-native')['capabilities']>;
type Torch = ReturnType<typeof import('@saker/core-native')['torchCapabilities']>;
type Runtime = { readonly available: boolean; readonly version?: string; readonly reason?: string };

interface Report {
  readonly saker: string;
  readonly node: string;
  readonly platform: string;
  readonly cpus: number;
  readonly core:
    | (Core & { readonly available: true })
    | { readonly available: false; readonly reason: string };
  readonly torch: Torch;
  readonly onnxRuntime: Runtime;
}

const reasonOf = (thrown: unknown): string => SakerError.from(thrown).message;

async function inspectNative(): Promise<Pick<Report, 'core' | 'torch'>> {
  try {
    const native = await import('@saker/core-native');
    return { core: { ...native.capabilities(), available: true }, torch: native.torchCapabilities() };
  } catch (thrown) {
    const reason = reasonOf(thrown);
    return { core: { available: false, reason }, torch: { available: false, reason } };
  }
}

/** ONNX Runtime is evaluate's dependency; it is looked up from there, as the predictor does. */
function inspectRuntime(): Runtime {
  try {
    const here = createRequire(import.meta.url);
    const require = createRequire(here.resolve('@saker/evaluate'));
    require('onnxruntime-node');
    const { version } = require('onnxruntime-node/package.json') as { version: string };
    return { available: true, version };
  } catch (thrown) {
    return { available: false, reason: reasonOf(thrown) };
  }
}

function lines({ core, torch, onnxRuntime, ...report }: Report): [string, string][] {
  const rows: [string, string][] = [
    ['saker', report.saker],
    ['node', `${report.node} on ${report.platform}, ${report.cpus} cores`],
  ];
  if (core.available) {
    const codecs = Object.entries(core.codecs).map(([name, version]) => `${name} ${String(version)}`);
    rows.push(['native core', `${core.version}, Node-API ${core.napi}, ${core.threads} threads`]);
    rows.push(['SIMD', `${core.simdTarget} (built for ${core.simdTargets.join(', ')})`]);
    rows.push(['codecs', codecs.join(', ')]);
    const { built, available, reason } = core.cuda;
    rows.push([
      'CUDA',
      available ? 'available' : `not used: ${reason || (built ? 'no device' : 'not built')}`,
    ]);
  } else rows.push(['native core', `not usable: ${core.reason}`]);
  if (torch.available) {
    const details = [
      torch.threads === undefined ? '' : `${torch.threads} thread(s) unless told otherwise`,
      torch.mkldnn ? 'oneDNN' : '',
      torch.blas ?? '',
      torch.cudaBuilt ? 'CUDA built in' : 'CPU only',
    ].filter((part) => part !== '');
    rows.push(['libtorch', [torch.version ?? 'unknown version', ...details].join(', ')]);
  } else rows.push(['libtorch', `not usable, training will not work: ${torch.reason ?? 'unknown reason'}`]);
  const runtime = onnxRuntime.available ? onnxRuntime.version : `not usable: ${onnxRuntime.reason}`;
  rows.push(['ONNX Runtime', String(runtime)]);
  return rows;
}

/** `saker doctor`. */
export async function doctor(this: CliContext, flags: CommonFlags): Promise<void> {
  const out = new Output(this, flags);
  const report: Report = {
    saker: SAKER_VERSION,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cpus: availableParallelism(),
    ...(await inspectNative()),
    onnxRuntime: inspectRuntime(),
  };
  for (const [name, value] of lines(report)) out.line(`${name.padEnd(14)}${value}`);
  const ok = report.core.available && report.torch.available && report.onnxRuntime.available;
  if (!ok) this.process.exitCode = ERRORS.E_NATIVE_NOT_BUILT.exitCode;
  out.json({ ...report, ok });
}
