/** A trace of each gRPC call, under OpenTelemetry's conventions for RPC servers. */
import { type Metadata, status } from '@grpc/grpc-js';
import type { LateTracing } from '../tracing/late-tracing.js';
import type { RequestTrace, TraceIds } from '../tracing/request-trace.js';

/** Statuses that are the server's fault (semantic conventions for gRPC). */
const FAULTS: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** Traces by what the guard and the handler of a call both see of it. */
const traces = new WeakMap<Metadata, RequestTrace>();

/** The trace of a call; null where it is not traced. */
export function traceOf(metadata: Metadata): RequestTrace | null {
  return traces.get(metadata) ?? null;
}

/** One call, from its metadata to its status. */
export class CallTrace {
  #trace: RequestTrace | null = null;
  #begun = 0;

  constructor(
    private readonly tracing: LateTracing | null,
    private readonly method: { readonly path: string; readonly requestStream: boolean },
  ) {}

  /** For the log; undefined where the call is not traced. */
  get ids(): TraceIds | undefined {
    return this.#trace?.ids;
  }

  begin(metadata: Metadata): void {
    // A registered method: grpc-js itself turns away what a client calls that is not there.
    const name = this.method.path.slice(1);
    this.#trace =
      this.tracing?.start({
        name,
        attributes: { 'rpc.system.name': 'grpc', 'rpc.method': name },
        traceparent: one(metadata, 'traceparent'),
        tracestate: one(metadata, 'tracestate'),
      }) ?? null;
    this.#begun = performance.now();
    if (this.#trace) traces.set(metadata, this.#trace);
  }

  /** A message has arrived; those of a stream have no stage of their own for it. */
  received(): void {
    if (!this.method.requestStream) this.#trace?.stage('body', this.#begun, performance.now());
  }

  /** @param sent null: the client has left. */
  end(sent: { readonly code?: status; readonly metadata?: Metadata | null } | null): void {
    const code = sent?.code ?? status.CANCELLED;
    const name = status[code] ?? String(code);
    const [saker] = sent?.metadata?.get('saker-code') ?? [];
    this.#trace?.end({
      attributes: {
        'rpc.status_code': name,
        ...(code === status.OK ? {} : { 'error.type': typeof saker === 'string' ? saker : name }),
      },
      failed: FAULTS.has(code),
    });
  }
}

/** HTTP/2 joins a key that came twice, which has no valid form then. */
function one(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}
