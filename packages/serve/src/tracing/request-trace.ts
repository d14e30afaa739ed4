/** A traced request, as those see it that handle it. Nothing of OpenTelemetry is loaded for it. */

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Fields of the log, under OpenTelemetry's names for logs that are not its own. */
export interface TraceIds {
  readonly trace_id: string;
  readonly span_id: string;
  readonly trace_flags: string;
}

export interface TraceEnd {
  readonly attributes?: Attributes;
  /** The server's fault: an error in the sense of OpenTelemetry. */
  readonly failed: boolean;
}

/** Times are those of `performance.now()`. After `end` the others do nothing. */
export interface RequestTrace {
  readonly ids: TraceIds;
  /** Code of the first error told; null while there is none. */
  readonly error: string | null;
  /** Tells of an error; whether the request failed by it is said by `end`. */
  fail(code: string): void;
  set(attributes: Attributes): void;
  /** Records a part of the request that has ended. */
  stage(name: string, from: number, to: number, attributes?: Attributes): void;
  /** A part of the request that has parts itself, such as a message of a stream. */
  part(name: string): RequestTrace;
  end(end: TraceEnd): void;
}

/** Does the work, as a stage where it is traced; of work that fails too. */
export async function traced<T>(
  trace: RequestTrace | null,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!trace) return work();
  const from = performance.now();
  try {
    return await work();
  } finally {
    trace.stage(name, from, performance.now());
  }
}
