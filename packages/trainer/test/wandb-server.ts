/** As much of a W&B server as `wandb sync` of wandb 0.30 asks for, on loopback; keeps what is uploaded. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface WandbServer {
  readonly url: string;
  /** Variables of the mutations that make and change a run. */
  readonly runs: Record<string, unknown>[];
  /** Lines of each streamed file, by line number. */
  readonly lines: Record<string, string[]>;
  /** Uploaded files by name. */
  readonly files: Record<string, string>;
  /** What ended the stream. */
  readonly ends: { readonly complete: boolean; readonly exitcode: number }[];
  close(): void;
}

export async function startWandbServer(): Promise<WandbServer> {
  const runs: Record<string, unknown>[] = [];
  const lines: Record<string, string[]> = {};
  const files: Record<string, string> = {};
  const ends: { complete: boolean; exitcode: number }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const raw = Buffer.concat(parts);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    const reply = (value: unknown): void => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(value));
    };
    const url = request.url as string;
    if (url === '/graphql') {
      const { query, variables } = JSON.parse(body.toString()) as {
        query: string;
        variables: Record<string, never>;
      };
      return reply({ data: answer(query, variables, `http://${request.headers.host}`, runs) });
    }
    if (url.startsWith('/upload/')) files[url.slice('/upload/'.length)] = body.toString();
    if (url.endsWith('/file_stream')) {
      const said = JSON.parse(body.toString());
      for (const [name, { offset, content }] of Object.entries<{ offset: number; content: string[] }>(
        said.files ?? {},
      ))
        content.forEach((line, i) => {
          lines[name] ??= [];
          lines[name]![offset + i] = line;
        });
      if (said.complete !== undefined) ends.push({ complete: said.complete, exitcode: said.exitcode });
    }
    return reply({});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, runs, lines, files, ends, close };
}

function answer(
  query: string,
  variables: Record<string, never>,
  url: string,
  runs: Record<string, unknown>[],
): unknown {
  if (query.includes('upsertBucket')) {
    runs.push(variables);
    const entity = { id: 'e', name: 'someone' };
    const project = { id: 'p', name: variables.project ?? 'uncategorized', entity };
    const { name, displayName } = variables;
    return {
      upsertBucket: { bucket: { id: 'b', name, displayName, historyLineCount: 0, project }, inserted: true },
    };
  }
  if (query.includes('createRunFiles')) {
    const files = (variables.files as string[]).map((name) => ({ name, uploadUrl: `${url}/upload/${name}` }));
    return { createRunFiles: { runID: 'b', uploadHeaders: [], files } };
  }
  return {};
}
