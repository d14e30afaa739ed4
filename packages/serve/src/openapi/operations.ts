/** Every operation of the HTTP interface, for the OpenAPI document. A test holds this against the routes there are. */
import { z } from 'zod';
import * as oip from '../oip/schemas.js';
import * as own from './predict-schemas.js';

export interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** Scope that a key needs; null where none is asked for. */
  readonly scope: 'predict' | 'metrics' | 'admin' | null;
  readonly query?: z.ZodObject;
  /** By media type. */
  readonly body?: Readonly<Record<string, z.ZodType>>;
  /** What 200 holds, by media type; nothing when left out. */
  readonly answer?: Readonly<Record<string, z.ZodType>>;
}

const json = (schema: z.ZodType): Readonly<Record<string, z.ZodType>> => ({ 'application/json': schema });
const bytes = z.string().meta({ format: 'binary' });

const probes: readonly Operation[] = [
  {
    method: 'get',
    path: '/healthz',
    summary: 'The process lives',
    tag: 'health',
    scope: null,
    answer: json(own.alive),
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'It takes requests',
    tag: 'health',
    scope: null,
    answer: json(own.ready),
  },
  { method: 'get', path: '/v2/health/live', summary: 'The process lives', tag: 'health', scope: null },
  { method: 'get', path: '/v2/health/ready', summary: 'It takes requests', tag: 'health', scope: null },
];

const metrics: Operation = {
  method: 'get',
  path: '/metrics',
  summary: 'Counters and histograms for Prometheus',
  tag: 'health',
  scope: 'metrics',
};

const pictures: readonly Operation[] = [
  {
    method: 'post',
    path: '/predict',
    summary: 'Classify pictures',
    tag: 'predict',
    scope: 'predict',
    query: z.object({
      topK: z.number().int().min(1).max(1000).optional().describe('Classes listed; default 5'),
      probabilities: z.enum(['true', 'false']).optional().describe('Give those of all classes too'),
      ...own.whichModel,
    }),
    body: {
      'multipart/form-data': own.predictForm,
      'image/*': bytes,
      'application/octet-stream': bytes,
      'application/json': own.predictJson,
    },
    answer: json(own.predictionResponse),
  },
  {
    method: 'get',
    path: '/model',
    summary: 'What is served',
    tag: 'predict',
    scope: 'predict',
    query: z.object(own.whichModel),
    answer: json(own.modelInfo),
  },
];

/** Both paths of an operation on a model. */
function ofModel(suffix: string, rest: Omit<Operation, 'path'>): readonly Operation[] {
  return ['', '/versions/{version}'].map((version) => ({
    ...rest,
    path: `/v2/models/{name}${version}${suffix}`,
  }));
}

const protocol: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2',
    summary: 'Server metadata',
    tag: 'v2',
    scope: 'predict',
    answer: json(oip.serverMetadata),
  },
  ...ofModel('', {
    method: 'get',
    summary: 'Model metadata',
    tag: 'v2',
    scope: 'predict',
    answer: json(oip.modelMetadata),
  }),
  ...ofModel('/ready', { method: 'get', summary: 'The model is ready', tag: 'v2', scope: 'predict' }),
  ...ofModel('/config', {
    method: 'get',
    summary: "Model configuration (Triton's ModelConfig)",
    tag: 'v2',
    scope: 'predict',
    answer: json(z.looseObject({ name: z.string() }).meta({ id: 'ModelConfig' })),
  }),
  ...ofModel('/infer', {
    method: 'post',
    summary: 'Inference with tensors or encoded pictures',
    tag: 'v2',
    scope: 'predict',
    body: { 'application/json': oip.inferenceRequest, 'application/octet-stream': bytes },
    answer: { 'application/json': oip.inferenceResponse, 'application/octet-stream': bytes },
  }),
  ...ofModel('/stats', {
    method: 'get',
    summary: 'Statistics of a model',
    tag: 'v2',
    scope: 'predict',
    answer: json(oip.statistics),
  }),
  {
    method: 'get',
    path: '/v2/models/stats',
    summary: 'Statistics of all models',
    tag: 'v2',
    scope: 'predict',
    answer: json(oip.statistics),
  },
];

const repository: readonly Operation[] = [
  {
    method: 'post',
    path: '/v2/repository/index',
    summary: 'The models there are',
    tag: 'repository',
    scope: 'predict',
    body: json(oip.repositoryIndexRequest),
    answer: json(oip.repositoryIndex),
  },
  ...(['load', 'unload'] as const).map(
    (verb): Operation => ({
      method: 'post',
      path: `/v2/repository/models/{name}/${verb}`,
      summary: verb === 'load' ? 'Load a model, or load it again' : 'Unload a model',
      tag: 'repository',
      scope: 'admin',
      body: json(oip.repositoryRequest),
    }),
  ),
];

export const OPERATIONS: readonly Operation[] = [...probes, metrics, ...pictures, ...protocol, ...repository];
