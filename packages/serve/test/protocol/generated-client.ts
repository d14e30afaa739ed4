/**
 * A client made from specification.json: a call for each operation, which checks what it sends and what it gets against
 * the specification's objects. It knows nothing of the server.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly request?: string;
  readonly response?: string;
}

const specification = JSON.parse(readFileSync(new URL('specification.json', import.meta.url), 'utf8'));
export const OPERATIONS: Readonly<Record<string, Operation>> = specification.operations;

function schema(name: string): z.ZodType {
  return z.fromJSONSchema({ ...specification.schemas[name], $defs: specification.schemas });
}
const errorSchema = z.fromJSONSchema(specification.error);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the specification has checked it
  readonly body: any;
  /** Bytes behind the JSON object. */
  readonly binary: Buffer;
}

export interface Call {
  readonly model?: string;
  readonly version?: string;
  readonly body?: object;
  /** Sent behind the body. */
  readonly binary?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The path with its optional parts where their parameters are given. */
function pathOf(template: string, { model, version }: Call): string {
  const values: Record<string, string | undefined> = { model, version };
  let path = template;
  for (let before = ''; before !== path; ) {
    before = path;
    path = path.replace(/\[([^[\]]*)\]/, (_whole, part: string) =>
      [...part.matchAll(/\{(\w+)\}/g)].every(([, name]) => values[name as string] !== undefined) ? part : '',
    );
  }
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** Makes the call that the specification has under this name. */
export async function call(url: string, name: string, options: Call = {}): Promise<Answer> {
  const operation = OPERATIONS[name];
  if (!operation) throw new Error(`the specification has no operation ${name}`);
  const { body, binary, headers = {} } = options;
  if (body !== undefined && operation.request) schema(operation.request).parse(body);
  const json = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const tail: Record<string, string> = binary
    ? { 'inference-header-content-length': String(json.length), 'content-type': 'application/octet-stream' }
    : body === undefined
      ? {}
      : { 'content-type': 'application/json' };
  const response = await fetch(url + pathOf(operation.path, options), {
    method: operation.method,
    headers: { ...tail, ...headers },
    ...(operation.method === 'POST' ? { body: Buffer.concat([json, binary ?? new Uint8Array()]) } : {}),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const length = Number(response.headers.get('inference-header-content-length') ?? bytes.length);
  const text = bytes.subarray(0, length).toString('utf8');
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  if (!response.ok) errorSchema.parse(parsed);
  else if (operation.response) schema(operation.response).parse(parsed);
  return { status: response.status, headers: response.headers, body: parsed, binary: bytes.subarray(length) };
}
