/**
 * Keeps `process.exit` from ending a worker that is inside ONNX Runtime, which would abort the process with a core dump
 * and a wrong exit code: the exit waits until every worker has left it, and none enters any more.
 *
 * Two shared words per worker: [CLOSED] is 1 once the process exits, [INSIDE] counts its calls under way.
 */
const CLOSED = 0;
const INSIDE = 1;
/** Calls that take longer than this together are not waited for. */
const LONGEST_WAIT_MS = 5_000;

export type GateWords = Int32Array<SharedArrayBuffer>;

/** Main thread: the gates of all workers of a pool. */
export class ExitGuard {
  readonly #gates = new Set<GateWords>();
  readonly #hold = (): void => {
    const end = performance.now() + LONGEST_WAIT_MS;
    for (const gate of this.#gates) Atomics.store(gate, CLOSED, 1);
    for (const gate of this.#gates) waitUntilLeft(gate, end);
  };

  /** A gate for a new worker. */
  add(): GateWords {
    if (this.#gates.size === 0) process.on('exit', this.#hold);
    const gate = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    this.#gates.add(gate);
    return gate;
  }

  /** Its worker has ended. */
  delete(gate: GateWords): void {
    this.#gates.delete(gate);
    if (this.#gates.size === 0) process.off('exit', this.#hold);
  }
}

function waitUntilLeft(gate: GateWords, end: number): void {
  for (let inside = Atomics.load(gate, INSIDE); inside > 0; inside = Atomics.load(gate, INSIDE)) {
    const left = end - performance.now();
    if (left <= 0) return;
    Atomics.wait(gate, INSIDE, inside, left);
  }
}

/** Worker thread: does `work`, or never settles when the process is about to end. */
export function passGate<T>(words: GateWords, work: () => Promise<T>): Promise<T> {
  Atomics.add(words, INSIDE, 1);
  const leave = (): void => {
    Atomics.sub(words, INSIDE, 1);
    Atomics.notify(words, INSIDE);
  };
  if (Atomics.load(words, CLOSED) === 0) return work().finally(leave);
  leave();
  return new Promise(() => undefined);
}
