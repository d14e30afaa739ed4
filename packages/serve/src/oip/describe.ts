/** What the server and its models say about themselves. */
import { SAKER_VERSION } from '@saker/spec';
import { BYTES, configType, DATATYPE_OF } from './datatypes.js';
import { outputsOf } from './outputs.js';
import type { Duration, ModelStatistics, ReadyModel } from './served-models.js';

/** Triton's name for ONNX models that ONNX Runtime runs. */
const PLATFORM = 'onnxruntime_onnx';
const BACKEND = 'onnxruntime';

export const SERVER_METADATA = {
  name: 'saker',
  version: SAKER_VERSION,
  extensions: [
    'binary_tensor_data',
    'classification',
    'model_configuration',
    'model_repository',
    'parameters',
    'schedule_policy',
    'statistics',
  ],
};

/** The model metadata object. The input also takes datatype BYTES with shape [N]: encoded pictures. */
export function describeModel({ name, signature }: ReadyModel, versions: readonly string[]) {
  const { input, labels } = signature;
  return {
    name,
    versions: [...versions],
    platform: PLATFORM,
    inputs: [
      { name: input.name, datatype: DATATYPE_OF[input.dtype] as string, shape: [-1, ...input.itemDims] },
    ],
    outputs: [...outputsOf(signature).keys()].map((output) => ({
      name: output,
      datatype: 'FP32',
      shape: [-1, labels.length],
    })),
  };
}

/** Triton's model configuration, in its JSON form. */
export function modelConfig(model: ReadyModel) {
  const { name, version, signature, pipelineHash, batching, instances } = model;
  const { input, labels } = signature;
  return {
    name,
    platform: PLATFORM,
    backend: BACKEND,
    version_policy: { specific: { versions: [Number(version)] } },
    max_batch_size: batching.maxBatchSize,
    input: [
      {
        name: input.name,
        data_type: configType(DATATYPE_OF[input.dtype]),
        format: `FORMAT_${input.layout}` as const,
        dims: [...input.itemDims],
      },
    ],
    output: [...outputsOf(signature).keys()].map((output) => ({
      name: output,
      data_type: configType('FP32'),
      dims: [labels.length],
    })),
    instance_group: [{ name: `${name}_0`, kind: 'KIND_CPU' as const, count: instances }],
    dynamic_batching: {
      preferred_batch_size: [...batching.preferredBatchSizes],
      max_queue_delay_microseconds: batching.maxQueueDelayUs,
      default_queue_policy: {
        timeout_action: 'REJECT' as const,
        default_timeout_microseconds: batching.defaultTimeoutUs,
        allow_timeout_override: true,
        max_queue_size: batching.maxQueueSize,
      },
    },
    parameters: {
      encoded_pictures: { string_value: `${input.name}: ${BYTES} [N]` },
      pipeline_hash: { string_value: pipelineHash },
      labels: { string_value: JSON.stringify(labels) },
    },
  };
}

export type ModelConfigJson = ReturnType<typeof modelConfig>;

const NEVER: Duration = { count: 0, ns: 0 };

/** Triton's statistics object. There is no response cache, so nothing ever hits or misses it. */
export function statisticsJson(models: readonly ModelStatistics[]) {
  return {
    model_stats: models.map((model) => ({
      name: model.name,
      version: model.version,
      last_inference: model.lastInference,
      inference_count: model.inferenceCount,
      execution_count: model.executionCount,
      inference_stats: {
        success: whole(model.success),
        fail: whole(model.fail),
        queue: whole(model.queue),
        compute_input: whole(model.computeInput),
        compute_infer: whole(model.computeInfer),
        compute_output: whole(model.computeOutput),
        cache_hit: NEVER,
        cache_miss: NEVER,
      },
      batch_stats: model.batches.map((batch) => ({
        batch_size: batch.batchSize,
        compute_input: whole(batch.computeInput),
        compute_infer: whole(batch.computeInfer),
        compute_output: whole(batch.computeOutput),
      })),
    })),
  };
}

function whole({ count, ns }: Duration): Duration {
  return { count, ns: Math.round(ns) };
}
