/** What is to be told to an MLflow server, as plain data: it waits in memory and in a spool file until it is sent. */

export interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}
export interface MlflowPair {
  readonly key: string;
  readonly value: string;
}

export type MlflowOperation =
  | {
      readonly op: 'start';
      readonly experiment: string;
      readonly runName: string;
      readonly startTime: number;
      readonly tags: readonly MlflowPair[];
    }
  | {
      readonly op: 'log';
      readonly metrics: readonly MlflowMetric[];
      readonly params: readonly MlflowPair[];
      readonly tags: readonly MlflowPair[];
    }
  /** A file of this machine, kept under `name` among the run's artifacts. */
  | { readonly op: 'artifact'; readonly file: string; readonly name: string }
  | { readonly op: 'end'; readonly status: 'FINISHED' | 'FAILED' | 'KILLED'; readonly endTime: number };

export type LogOperation = Extract<MlflowOperation, { readonly op: 'log' }>;

/** Limits of runs/log-batch (MLflow REST API, "Log Batch"), and of keys and values. */
const LIMITS = {
  metrics: 1000,
  params: 100,
  tags: 100,
  /** Of metrics, params and tags together. */
  items: 1000,
  /** Of the request, in bytes of JSON: 1 MB, less what surrounds the lists. */
  bytes: 1_000_000 - 1_000,
  key: 250,
  paramValue: 6000,
  tagValue: 5000,
} as const;

/** Keys may hold letters, digits, `_ - . / :` and blanks. */
export function mlflowKey(name: string): string {
  return name.replace(/[^\w\-./: ]/g, '_').slice(0, LIMITS.key);
}

/** A parameter or tag within the limits; a long value is cut and ends in an ellipsis. */
export function mlflowPair(name: string, value: string | number | boolean, tag = false): MlflowPair {
  const most = tag ? LIMITS.tagValue : LIMITS.paramValue;
  const text = String(value);
  return { key: mlflowKey(name), value: text.length > most ? `${text.slice(0, most - 1)}…` : text };
}

/** The same in as many operations as the limits of a request ask for; an empty one gives none. */
export function splitLog({ metrics, params, tags }: LogOperation): LogOperation[] {
  const parts: { metrics: MlflowMetric[]; params: MlflowPair[]; tags: MlflowPair[] }[] = [];
  let items = 0;
  let bytes = 0;
  const add = <K extends 'metrics' | 'params' | 'tags'>(kind: K, item: MlflowMetric | MlflowPair): void => {
    // JSON's own length in UTF-8, and a comma.
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    const last = parts.at(-1);
    const full =
      last === undefined ||
      last[kind].length >= LIMITS[kind] ||
      items >= LIMITS.items ||
      bytes + size > LIMITS.bytes;
    if (full) {
      parts.push({ metrics: [], params: [], tags: [] });
      items = 0;
      bytes = 0;
    }
    (parts.at(-1)![kind] as (MlflowMetric | MlflowPair)[]).push(item);
    items += 1;
    bytes += size;
  };
  for (const metric of metrics) add('metrics', metric);
  for (const param of params) add('params', param);
  for (const tag of tags) add('tags', tag);
  return parts.map((part) => ({ op: 'log', ...part }));
}

/** Neighbouring `log` operations as one, so that a slow server is asked rarely. */
export function mergeLogs(operations: readonly LogOperation[]): LogOperation {
  return {
    op: 'log',
    metrics: operations.flatMap((o) => o.metrics),
    params: operations.flatMap((o) => o.params),
    tags: operations.flatMap((o) => o.tags),
  };
}
