/**
 * An HTTP server that keeps MLflow's published REST protocol (docs: REST API 2.0): required fields, types, limits, error
 * codes, states. What breaks the protocol is answered as MLflow answers it and kept in `violations`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoredRun {
  experimentId: string;
  name: string;
  status: string;
  startTime: number;
  endTime: number | null;
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  readonly metrics: { key: string; value: number; timestamp: number; step: number }[];
}

type Json = Record<string, unknown>;
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const KEY = /^[\w\-./: ]{1,250}$/;
const invalid = (message: string) => new Refusal(400, 'INVALID_PARAMETER_VALUE', message);

function only(body: Json, fields: Record<string, 'string' | 'number' | 'array'>, required: string[]): void {
  for (const [name, value] of Object.entries(body)) {
    const type = fields[name];
    if (!type) throw invalid(`unknown field ${name}`);
    if (type === 'array' ? !Array.isArray(value) : typeof value !== type)
      throw invalid(`${name} is no ${type}`);
  }
  for (const name of required) if (body[name] === undefined) throw invalid(`missing ${name}`);
}

function pairs(list: unknown, most: number, what: string): { key: string; value: string }[] {
  const items = (list ?? []) as Json[];
  for (const item of items) {
    only(item, { key: 'string', value: 'string' }, ['key', 'value']);
    if (!KEY.test(item.key as string)) throw invalid(`${what} key '${item.key}'`);
    if ((item.value as string).length > most) throw invalid(`${what} '${item.key}' is too long`);
  }
  return items as never;
}

export class MlflowTestServer {
  readonly experiments = new Map<string, string>([['0', 'Default']]);
  readonly runs = new Map<string, StoredRun>();
  readonly artifacts = new Map<string, Buffer>();
  readonly violations: string[] = [];
  readonly requests: { path: string; bytes: number; authorization: string | undefined }[] = [];
  artifactRoot = 'mlflow-artifacts:/';
  /** What happens to requests in place of an answer. */
  trouble: 'none' | 'error' | 'hang' | 'busy' = 'none';
  /** The only Authorization that is let in, when set. */
  authorization: string | null = null;
  private readonly server = createServer((request, response) => void this.serve(request, response));
  private port = 0;

  get uri(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens, on the same port after `stop`. */
  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(this.port, '127.0.0.1', done));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const url = new URL(request.url ?? '/', this.uri);
    this.requests.push({
      path: url.pathname,
      bytes: body.length,
      authorization: request.headers.authorization,
    });
    const answer = (status: number, json: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(json));
    if (this.trouble === 'hang') return;
    if (this.trouble === 'error')
      return void response.writeHead(500).end('<html>Internal Server Error</html>');
    if (this.trouble === 'busy')
      return void answer(429, { error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'busy' });
    try {
      if (this.authorization && request.headers.authorization !== this.authorization)
        throw new Refusal(401, 'UNAUTHENTICATED', 'who are you?');
      answer(200, this.answer(request.method ?? '', url, body));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 400 && !/ALREADY_EXISTS/.test(error.code)) this.violations.push(error.message);
      answer(error.status, { error_code: error.code, message: error.message });
    }
  }

  private answer(method: string, url: URL, body: Buffer): object {
    const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/.exec(url.pathname)?.[1];
    if (artifact && method === 'PUT') {
      this.artifacts.set(decodeURIComponent(artifact), body);
      return {};
    }
    const path = `${method} ${url.pathname.replace('/api/2.0/mlflow/', '')}`;
    if (path === 'GET experiments/get-by-name')
      return this.getExperiment(url.searchParams.get('experiment_name'));
    if (body.length > 1_000_000) throw invalid('the request has more than 1 MB');
    const json = JSON.parse(body.toString()) as Json;
    if (path === 'POST experiments/create') return this.createExperiment(json);
    if (path === 'POST runs/create') return this.createRun(json);
    if (path === 'POST runs/log-batch') return this.logBatch(json);
    if (path === 'POST runs/update') return this.updateRun(json);
    throw new Refusal(404, 'ENDPOINT_NOT_FOUND', path);
  }

  private getExperiment(name: string | null): object {
    const found = [...this.experiments].find(([, n]) => n === name);
    if (!found) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `no experiment ${name}`);
    return { experiment: { experiment_id: found[0], name, lifecycle_stage: 'active' } };
  }

  private createExperiment(json: Json): object {
    only(json, { name: 'string', artifact_location: 'string', tags: 'array' }, ['name']);
    if ([...this.experiments.values()].includes(json.name as string))
      throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', `${json.name} exists`);
    const id = String(this.experiments.size);
    this.experiments.set(id, json.name as string);
    return { experiment_id: id };
  }

  private createRun(json: Json): object {
    const { experiment_id: experimentId, run_name: name, start_time: startTime } = json;
    only(json, { experiment_id: 'string', run_name: 'string', start_time: 'number', tags: 'array' }, [
      'experiment_id',
    ]);
    if (!this.experiments.has(experimentId as string))
      throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', 'no such experiment');
    const id = `run${this.runs.size}`;
    const tags = new Map(pairs(json.tags, 5000, 'tag').map(({ key, value }) => [key, value]));
    this.runs.set(id, {
      experimentId: experimentId as string,
      name: name as string,
      status: 'RUNNING',
      startTime: startTime as number,
      endTime: null,
      tags,
      params: new Map(),
      metrics: [],
    });
    return {
      run: { info: { run_id: id, artifact_uri: `${this.artifactRoot}${experimentId}/${id}/artifacts` } },
    };
  }

  private run(id: unknown): StoredRun {
    const run = this.runs.get(id as string);
    if (!run) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `no run ${id}`);
    return run;
  }

  private logBatch(json: Json): object {
    only(json, { run_id: 'string', metrics: 'array', params: 'array', tags: 'array' }, ['run_id']);
    const run = this.run(json.run_id);
    const metrics = (json.metrics ?? []) as StoredRun['metrics'];
    const params = pairs(json.params, 6000, 'param');
    const tags = pairs(json.tags, 5000, 'tag');
    if (metrics.length > 1000) throw invalid('more than 1000 metrics');
    if (params.length > 100) throw invalid('more than 100 params');
    if (tags.length > 100) throw invalid('more than 100 tags');
    if (metrics.length + params.length + tags.length > 1000) throw invalid('more than 1000 items');
    for (const metric of metrics) {
      only(metric as never, { key: 'string', value: 'number', timestamp: 'number', step: 'number' }, [
        'key',
        'value',
        'timestamp',
      ]);
      if (!KEY.test(metric.key)) throw invalid(`metric key '${metric.key}'`);
      if (!Number.isInteger(metric.timestamp) || !Number.isInteger(metric.step)) throw invalid('no integer');
    }
    for (const { key, value } of params) {
      if (run.params.has(key) && run.params.get(key) !== value)
        throw invalid(`param ${key} was logged otherwise`);
      run.params.set(key, value);
    }
    for (const { key, value } of tags) run.tags.set(key, value);
    run.metrics.push(...metrics);
    return {};
  }

  private updateRun(json: Json): object {
    only(json, { run_id: 'string', status: 'string', end_time: 'number', run_name: 'string' }, ['run_id']);
    const run = this.run(json.run_id);
    if (!['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'].includes(json.status as string))
      throw invalid(`status ${json.status}`);
    run.status = json.status as string;
    run.endTime = json.end_time as number;
    return { run_info: { run_id: json.run_id } };
  }
}
