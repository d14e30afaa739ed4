/** The one place that loads autograd.node, on first use. */
import { createRequire } from 'node:module';
import type { GraphProgram } from '@saker/spec';
import { addonPath } from '../addon-path.js';
import type { GroupConfig, GroupStep } from './group.js';
import type { LossConfig, TeacherConfig } from './loss-types.js';
import type { PretrainConfig } from './pretrain-types.js';
import type { ModelOptions, OptimizerConfig, ParameterInfo, Tensor, Tensors } from './types.js';

/** A batch as the addon reads it; exactly one of a Float32Array with `shape` and a DLPack capsule is `input`. */
export interface NativeCall {
  readonly input: unknown;
  readonly shape?: readonly number[];
  readonly nhwc: boolean;
  readonly labels?: Int32Array;
  readonly targets?: Float32Array;
  readonly mask?: Uint8Array;
}

export interface NativeStep {
  readonly loss: number;
  readonly correct: number;
  readonly count: number;
  readonly gradNorm: number;
  /** 0 without loss scaling. */
  readonly lossScale: number;
  readonly skipped: boolean;
  readonly probabilities: Float32Array;
  readonly gradients: Record<string, Tensor>;
}

export interface NativeModel {
  parameters(): ParameterInfo[];
  setTrainable(names: readonly string[], on: boolean): Promise<void>;
  forward(call: NativeCall, options: object, outputs: readonly string[]): Promise<Tensors>;
  configureOptimizer(config: OptimizerConfig): Promise<void>;
  configureLoss(config: LossConfig): Promise<void>;
  configureTeacher(program: GraphProgram, config: TeacherConfig): Promise<void>;
  trainStep(call: NativeCall, options: object): Promise<NativeStep>;
  evalStep(call: NativeCall, options: object): Promise<NativeStep>;
  lossAndGradients(call: NativeCall, options: object): Promise<NativeStep>;
  readTensors(names: readonly string[]): Promise<Tensors>;
  writeTensors(tensors: Tensors): Promise<void>;
  updateAverage(decay: number): Promise<void>;
  readAverage(): Promise<Tensors>;
  writeAverage(tensors: Tensors): Promise<void>;
  optimizerState(): Promise<Tensors>;
  loadOptimizerState(state: Tensors): Promise<void>;
  configurePretraining(program: GraphProgram, config: PretrainConfig): Promise<void>;
  pretrainStep(views: readonly NativeCall[], options: object): Promise<NativeStep>;
  pretrainState(): Promise<Tensors>;
  joinGroup(config: GroupConfig): Promise<void>;
  leaveGroup(): Promise<void>;
  askToStop(): void;
  lastGroupStep(): GroupStep | undefined;
  broadcastTensors(buffersOnly: boolean): Promise<void>;
  groupSum(values: Float64Array): Promise<Float64Array>;
  groupBroadcast(text: string): Promise<string>;
  debug(array?: Float32Array): { channelsLast: boolean; lastInput: bigint; address?: bigint };
  close(): Promise<void>;
}

export interface NativeAddon {
  NativeModel: new (program: GraphProgram, options: ModelOptions) => NativeModel;
  gradientErrors(program: GraphProgram, input: Tensor, train: boolean): Record<string, number>;
  torchInfo(): {
    version: string;
    threads: number;
    mkldnn: boolean;
    blas: string;
    cudaBuilt: boolean;
    cudaAvailable: boolean;
  };
}

/** Path of the built addon inside the package. */
export const ADDON_PATH = addonPath('autograd.node');

/**
 * Loads the addon, or throws Node's own error (file missing, or a shared library it needs). Cached by Node.
 *
 * OpenMP reads OMP_WAIT_POLICY once, when it is loaded. Its default is to spin at every barrier, which starves the
 * loader's threads and any other program: on 2 busy cores, resnet8 on 28-pixel pictures made 47 images/s spinning and
 * 447 waiting passively. A thousand spins first (GNU's own count for oversubscribed machines) cost little there and win
 * back most of what an idle machine loses: 1500-1690 images/s, against 1300-1435 with none and about 2000 with endless
 * ones. Values set by the user stay.
 */
export function loadAddon(): NativeAddon {
  if (process.env.OMP_WAIT_POLICY === undefined) {
    process.env.OMP_WAIT_POLICY = 'PASSIVE';
    process.env.GOMP_SPINCOUNT ??= '1000';
  }
  return createRequire(import.meta.url)(ADDON_PATH) as NativeAddon;
}
