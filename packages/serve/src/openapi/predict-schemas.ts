/** The JSON objects of /predict and of the routes around it, for the OpenAPI document. */
import { z } from 'zod';

const ranked = z
  .object({
    label: z.string(),
    index: z.number().int().describe("Index into the model's labels"),
    confidence: z.number().describe('Probability, 0..1'),
  })
  .meta({ id: 'RankedClass' });

const timings = z
  .record(z.string(), z.number())
  .describe('Milliseconds of each stage: queueMs, preprocessMs, inferenceMs, totalMs');

const prediction = z
  .object({
    label: z.string().nullable().describe('null when the model abstains'),
    index: z
      .number()
      .int()
      .nullable()
      .describe("Index into the model's labels; null when the model abstains"),
    confidence: z.number().describe('Probability of the class told, or of the most probable one, 0..1'),
    abstained: z
      .literal(true)
      .optional()
      .describe("There when no class reaches the model's threshold; `topK` still says which come nearest"),
    labels: z
      .array(ranked)
      .optional()
      .describe('Multi-label models: every label that reaches its threshold, most probable first'),
    topK: z.array(ranked).describe('Most probable first'),
    probabilities: z
      .array(z.number())
      .optional()
      .describe('All classes in label order; with ?probabilities=true'),
    timings,
  })
  .meta({ id: 'Prediction' });

/** RFC 9457, with Saker's code and hint. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('What was expected and what came'),
    code: z.string().describe('One of docs/reference/errors.md; never reused for another meaning'),
    hint: z.string().describe('What to do next'),
    error: z.string().optional().describe('The detail again, where the Open Inference Protocol wants it'),
  })
  .meta({ id: 'Problem' });

/** One picture's answer, or a list with an answer or an error for each. */
export const predictionResponse = z
  .union([
    prediction.extend({ model: z.string(), version: z.string() }),
    z.object({
      model: z.string(),
      version: z.string().describe('The version that answered'),
      results: z.array(
        z.union([
          prediction.extend({ file: z.string().optional() }),
          z.object({ file: z.string().optional(), error: problem }),
        ]),
      ),
      timings,
    }),
  ])
  .meta({ id: 'PredictionResponse' });

/** Which model answers, as query parameters. */
export const whichModel = {
  model: z.string().optional().describe('Its name; needed where several are served'),
  version: z.string().optional().describe('Default: the one that is served by default'),
};

const base64 = z.string().describe('base64, with or without a data: prefix');
const url = z.string().describe('Where the server may fetch a picture, if its operator allows the host');

export const predictJson = z
  .union([
    z.object({ image: base64 }),
    z.object({ images: z.array(base64) }),
    z.object({ url }),
    z.object({ urls: z.array(url) }),
  ])
  .meta({ id: 'PredictRequest' });

export const predictForm = z
  .object({ file: z.array(z.string().meta({ format: 'binary' })).describe('One file or more') })
  .meta({ id: 'PredictForm' });

export const alive = z.object({ status: z.literal('alive') }).meta({ id: 'Alive' });
export const ready = z
  .object({
    status: z.literal('ready'),
    workers: z.object({ ready: z.number().int(), total: z.number().int() }),
  })
  .meta({ id: 'Ready' });

export const modelInfo = z
  .looseObject({
    name: z.string(),
    version: z.string(),
    hash: z.string().describe('sha256:<hex> of the model file'),
    task: z.string(),
    labels: z.array(z.string()),
    thresholds: z
      .array(z.number())
      .nullable()
      .describe('Of multi-label and binary models: the probabilities from which labels are told; null: 0.5'),
    abstain: z
      .object({ threshold: z.number() })
      .nullable()
      .describe('Of single-label models: below which probability no class is told; null: never'),
    numClasses: z.number().int(),
    pipeline: z.unknown().describe('The eval pipeline'),
    pipelineHash: z.string(),
  })
  .meta({ id: 'ModelInfo' });
