/** Whether traces are sent, and where: OpenTelemetry's environment variables, or the server's configuration. */
import { SakerError } from '@saker/spec';
import { z } from 'zod';

export const tracingSchema = z.strictObject({
  /** Base URL of a collector that takes OTLP over HTTP, as OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: z.url({ protocol: /^https?$/, error: 'an http or https URL' }),
});

/** Switches traces on; the environment may do so too. */
export type TracingOptions = z.input<typeof tracingSchema>;

export interface TracingSettings {
  /** Where spans are posted. */
  readonly url: string;
}

export interface TracingChoice {
  /** Null: no traces. */
  readonly settings: TracingSettings | null;
  /** Settings of the environment that cannot be followed. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Default of the OTLP specification. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';
const PATH = 'v1/traces';
const EXPORTERS = 'OTEL_TRACES_EXPORTER';
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES_ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

/**
 * Reads the settings. OTEL_SDK_DISABLED=true and OTEL_TRACES_EXPORTER=none win over everything; the configuration wins
 * over an endpoint of the environment. What the environment asks for and is not offered is a warning, as the
 * specification of the variables wants it: they may be those of a whole cluster.
 * @throws SakerError E_ARG_INVALID for options that are not as their schema.
 */
export function chooseTracing(
  options: TracingOptions | undefined,
  environment: Environment = process.env,
): TracingChoice {
  const configured = checked(options);
  // An empty variable is as good as none.
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const off: TracingChoice = { settings: null, warnings: [] };
  if (read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return off;
  const exporters = read(EXPORTERS)
    ?.split(',')
    .map((name) => name.trim());
  if (exporters?.includes('none')) return off;
  const warnings: string[] = [];
  const other = exporters?.find((name) => name !== 'otlp');
  if (other !== undefined) warnings.push(`${EXPORTERS}=${other} is not offered: traces go out by otlp`);
  const variable = read(TRACES_ENDPOINT) ? TRACES_ENDPOINT : ENDPOINT;
  const endpoint = read(variable);
  if (!configured && !exporters?.includes('otlp') && (exporters || !endpoint)) return { ...off, warnings };
  const protocol = read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? read('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === 'grpc')
    warnings.push(
      'traces go out over HTTP (port 4318 of most collectors), although OTLP over grpc is asked for',
    );
  if (configured) return { settings: { url: below(configured.endpoint) }, warnings };
  if (endpoint !== undefined && !tracingSchema.shape.endpoint.safeParse(endpoint).success)
    return { ...off, warnings: [...warnings, `${variable} is no http or https URL: no traces are sent`] };
  const url = endpoint && variable === TRACES_ENDPOINT ? endpoint : below(endpoint ?? DEFAULT_ENDPOINT);
  return { settings: { url }, warnings };
}

function below(endpoint: string): string {
  return `${endpoint.replace(/\/*$/, '')}/${PATH}`;
}

function checked(options: TracingOptions | undefined): TracingOptions | null {
  if (options === undefined) return null;
  const result = tracingSchema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  // The URL may hold a password.
  throw new SakerError('E_ARG_INVALID', {
    name: ['tracing', ...(issue?.path ?? [])].join('.'),
    expected: issue?.message ?? 'a valid value',
    received: 'another value',
  });
}
