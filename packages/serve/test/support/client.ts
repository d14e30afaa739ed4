/** The client side of the tests: real HTTP, by fetch or by bare socket. */
import { connect } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes
  readonly body: any;
}

export type Body = Uint8Array | string | FormData | ReadableStream<Uint8Array>;

/** POSTs a body and reads the JSON answer. */
export async function post(url: string, body: Body, type?: string, init: RequestInit = {}): Promise<Reply> {
  const headers = { ...(type ? { 'content-type': type } : {}), ...(init.headers as object) };
  return answer(await fetch(url, { method: 'POST', body, duplex: 'half', ...init, headers } as RequestInit));
}

export async function get(url: string, init: RequestInit = {}): Promise<Reply> {
  return answer(await fetch(url, init));
}

async function answer(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** A form with the pictures in one field. */
export function form(
  pictures: readonly (readonly [name: string, bytes: Uint8Array])[],
  field = 'file',
): FormData {
  const data = new FormData();
  for (const [name, bytes] of pictures) data.append(field, new Blob([new Uint8Array(bytes)]), name);
  return data;
}

/** Sends bytes as they are and reads until the server closes or `quietMs` pass after the first answer. */
export function rawExchange(
  url: string,
  parts: readonly (string | Uint8Array)[],
  quietMs = 300,
): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    socket.on('connect', () => {
      for (const part of parts) socket.write(part);
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(finish, quietMs);
    });
    socket.on('end', finish);
    socket.on('error', (error) => (text === '' ? reject(error) : finish()));
  });
}

/** Polls until a condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
