/** MLflow's REST API 2.0, as far as a training run needs it, over Node's fetch. */
import { openAsBlob } from 'node:fs';
import { SAKER_VERSION } from '@saker/spec';
import type { LogOperation, MlflowOperation, MlflowPair } from './operations.js';
import type { MlflowServer } from './server.js';

/** A request that was not answered with success. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError';
  constructor(
    message: string,
    /** Trying again later may help: the server was not reached, is busy, or failed. */
    readonly retryable: boolean,
    /** MLflow's error_code, when it gave one. */
    readonly errorCode: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A run on a server. */
export interface MlflowRun {
  readonly runId: string;
  /** Where the server keeps the run's files. */
  readonly artifactUri: string;
}

const REQUEST_MS = 10_000;
/** A model over a slow line. */
const UPLOAD_MS = 600_000;

function reason(error: unknown): string {
  const { message, cause, name } = error as Error & { cause?: Error & { code?: string } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message;
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly body?: Blob;
  readonly timeoutMs?: number;
}

export class MlflowClient {
  constructor(
    private readonly server: MlflowServer,
    private readonly signal?: AbortSignal,
    private readonly requestMs = REQUEST_MS,
  ) {}

  /** The experiment of that name, created where there is none. @throws MlflowError. */
  async experimentId(name: string): Promise<string> {
    const byName = async () => {
      const { experiment } = await this.api<{
        experiment: { experiment_id: string; lifecycle_stage?: string };
      }>({ method: 'GET', path: 'experiments/get-by-name', query: { experiment_name: name } });
      if (experiment.lifecycle_stage === 'deleted')
        throw new MlflowError(`the experiment '${name}' is deleted; restore it or name another`, false);
      return experiment.experiment_id;
    };
    try {
      return await byName();
    } catch (error) {
      if ((error as MlflowError).errorCode !== 'RESOURCE_DOES_NOT_EXIST') throw error;
    }
    try {
      const made = await this.api<{ experiment_id: string }>({
        method: 'POST',
        path: 'experiments/create',
        json: { name },
      });
      return made.experiment_id;
    } catch (error) {
      // Somebody else made it meanwhile.
      if ((error as MlflowError).errorCode !== 'RESOURCE_ALREADY_EXISTS') throw error;
      return byName();
    }
  }

  /** @throws MlflowError. */
  async createRun(start: Extract<MlflowOperation, { op: 'start' }>): Promise<MlflowRun> {
    const { experiment, runName, startTime, tags } = start;
    const own: MlflowPair[] = [
      { key: 'mlflow.source.name', value: `saker ${SAKER_VERSION}` },
      { key: 'mlflow.runName', value: runName },
    ];
    const { run } = await this.api<{ run: { info: { run_id: string; artifact_uri?: string } } }>({
      method: 'POST',
      path: 'runs/create',
      json: {
        experiment_id: await this.experimentId(experiment),
        run_name: runName,
        start_time: startTime,
        tags: [...own, ...tags],
      },
    });
    return { runId: run.info.run_id, artifactUri: run.info.artifact_uri ?? '' };
  }

  /** One request; the operation is within the limits of `splitLog`. @throws MlflowError. */
  async logBatch(runId: string, { metrics, params, tags }: LogOperation): Promise<void> {
    await this.api({
      method: 'POST',
      path: 'runs/log-batch',
      json: { run_id: runId, metrics, params, tags },
    });
  }

  /** @throws MlflowError. */
  async updateRun(
    runId: string,
    { status, endTime }: Extract<MlflowOperation, { op: 'end' }>,
  ): Promise<void> {
    await this.api({
      method: 'POST',
      path: 'runs/update',
      json: { run_id: runId, status, end_time: endTime },
    });
  }

  /**
   * Uploads a file through the server's artifact proxy; false where the server keeps artifacts elsewhere (a bucket, a
   * folder of its own), which takes credentials that are not ours. @throws MlflowError.
   */
  async putArtifact({ artifactUri }: MlflowRun, file: string, name: string): Promise<boolean> {
    const place = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(artifactUri)?.[1];
    if (place === undefined) return false;
    const path = [...place.split('/'), name].filter(Boolean).map(encodeURIComponent).join('/');
    const body = await openAsBlob(file).catch((cause: Error) => {
      throw new MlflowError(`cannot read ${file}: ${cause.message}`, false, null, { cause });
    });
    await this.request({
      method: 'PUT',
      path: `/api/2.0/mlflow-artifacts/artifacts/${path}`,
      body,
      timeoutMs: UPLOAD_MS,
    });
    return true;
  }

  private async api<T>(call: Call): Promise<T> {
    return (await this.request({ ...call, path: `/api/2.0/mlflow/${call.path}` })) as T;
  }

  private async request({ method, path, query, json, body, timeoutMs = this.requestMs }: Call) {
    const { uri, authorization } = this.server;
    const url = `${uri}${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
    const timeout = AbortSignal.timeout(timeoutMs);
    let text: string;
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          ...(authorization && { Authorization: authorization }),
          ...(json && { 'Content-Type': 'application/json' }),
        },
        ...(json ? { body: JSON.stringify(json) } : body && { body }),
        signal: this.signal ? AbortSignal.any([this.signal, timeout]) : timeout,
        redirect: 'error',
      });
      text = await response.text();
    } catch (cause) {
      throw new MlflowError(`${uri} was not reached: ${reason(cause)}`, true, null, { cause });
    }
    const answer = parse(text);
    if (response.ok) {
      if (answer === null) throw new MlflowError(`${uri} is no MLflow server: its answer is no JSON`, false);
      return answer;
    }
    const { status } = response;
    const retryable = status >= 500 || status === 429 || status === 408;
    const code = typeof answer?.error_code === 'string' ? answer.error_code : null;
    const said = String(answer?.message ?? response.statusText).slice(0, 300);
    throw new MlflowError(`${uri} answered ${status} ${code ?? ''}: ${said}`, retryable, code);
  }
}

/** The JSON object in a body; an empty body is an empty object. */
function parse(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
