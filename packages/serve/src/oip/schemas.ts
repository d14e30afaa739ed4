/** The JSON objects of the protocol. The OpenAPI document is made from these. */
import { z } from 'zod';

const parameters = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .describe('Key/value pairs; the extensions say which are understood');
const shape = z.array(z.number().int()).describe('Sizes; the first is the number of pictures');

const requestInput = z
  .object({
    name: z.string(),
    shape,
    datatype: z.string().describe('The datatype of the metadata, or BYTES for encoded pictures'),
    parameters: parameters.optional(),
    data: z
      .array(z.unknown())
      .optional()
      .describe('Elements in row-major order, nested or not; base64 for BYTES. Left out for binary data'),
  })
  .meta({ id: 'RequestInput' });

const requestOutput = z
  .object({ name: z.string(), parameters: parameters.optional() })
  .meta({ id: 'RequestOutput' });

export const inferenceRequest = z
  .object({
    id: z.string().optional(),
    parameters: parameters.optional(),
    inputs: z.array(requestInput).min(1),
    outputs: z.array(requestOutput).optional(),
  })
  .meta({ id: 'InferenceRequest' });

const responseOutput = z
  .object({
    name: z.string(),
    shape,
    datatype: z.string(),
    parameters: parameters.optional(),
    data: z.array(z.union([z.number(), z.string()])).optional(),
  })
  .meta({ id: 'ResponseOutput' });

export const inferenceResponse = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    outputs: z.array(responseOutput),
  })
  .meta({ id: 'InferenceResponse' });

export const serverMetadata = z
  .object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ id: 'ServerMetadata' });

const tensorMetadata = z
  .object({ name: z.string(), datatype: z.string(), shape: shape.describe('-1 stands for any size') })
  .meta({ id: 'TensorMetadata' });

export const modelMetadata = z
  .object({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(tensorMetadata),
    outputs: z.array(tensorMetadata),
  })
  .meta({ id: 'ModelMetadata' });

/** Empty, or an object with parameters. */
export const repositoryRequest = z
  .object({ parameters: z.record(z.string(), z.unknown()).optional() })
  .meta({ id: 'RepositoryRequest' });

export const repositoryIndexRequest = z
  .object({ ready: z.boolean().optional() })
  .meta({ id: 'RepositoryIndexRequest' });

export const repositoryIndex = z
  .array(
    z.object({
      name: z.string(),
      version: z.string().optional(),
      state: z.string(),
      reason: z.string().optional(),
    }),
  )
  .meta({ id: 'RepositoryIndex' });

const duration = z
  .object({ count: z.number().int(), ns: z.number().int() })
  .meta({ id: 'DurationStatistic' });

export const statistics = z
  .object({
    model_stats: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        last_inference: z.number().int().describe('Milliseconds since 1970'),
        inference_count: z.number().int(),
        execution_count: z.number().int(),
        inference_stats: z.object({
          success: duration,
          fail: duration,
          queue: duration,
          compute_input: duration,
          compute_infer: duration,
          compute_output: duration,
          cache_hit: duration,
          cache_miss: duration,
        }),
        batch_stats: z.array(
          z.object({
            batch_size: z.number().int(),
            compute_input: duration,
            compute_infer: duration,
            compute_output: duration,
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'ModelStatistics' });
