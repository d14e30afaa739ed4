/** Requests per caller and window, counted together for HTTP and gRPC. */
import { SakerError } from '@saker/spec';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { isLoopback } from './addresses.js';
import type { Identity } from './identity.js';
import type { ResolvedSecurity } from './options.js';

/** For callers that are not on this machine, when the operator says nothing. */
const DEFAULT_LIMIT = { max: 2_000, windowMs: 10_000 } as const;
/** Callers remembered at a time; the one longest unseen goes first. */
const CALLERS = 10_000;

/** Counts one request. @throws SakerError E_RATE_LIMITED. */
export type Limiter = (identity: Pick<Identity, 'kind' | 'id'>, address: string) => Promise<void>;

/** Makes the app's limiter. */
export function makeLimiter(app: FastifyInstance, limit: ResolvedSecurity['rateLimit']): Limiter {
  if (limit === false) return async () => undefined;
  const { max, windowMs } = limit ?? DEFAULT_LIMIT;
  let opening: ReturnType<typeof openCounter> | null = null;
  app.addHook('onClose', async () => (await opening)?.close());
  return async ({ kind, id }, address) => {
    if (limit === undefined && isLoopback(address)) return;
    opening ??= openCounter(max, windowMs);
    const { check } = await opening;
    // The counter asks a request for its caller and for its route's options, and for nothing else.
    const counted: Counted = { caller: `${kind}:${id}`, routeOptions: {} };
    const state = await check(counted as unknown as FastifyRequest);
    if (!state.isAllowed && state.isExceeded)
      throw new SakerError('E_RATE_LIMITED', {
        limit: max,
        seconds: windowMs / 1000,
        retry: Math.max(1, state.ttlInSeconds),
      });
  };
}

/** The counter, in an app of its own, because a plugin cannot be added to one that answers already. Loaded at first use. */
async function openCounter(max: number, windowMs: number) {
  const { default: rateLimit } = await import('@fastify/rate-limit');
  const counters = Fastify();
  await counters.register(rateLimit, { global: false, max, timeWindow: windowMs, cache: CALLERS });
  await counters.ready();
  const check = counters.createRateLimit({
    keyGenerator: (request) => (request as unknown as Counted).caller,
  });
  return { check, close: () => counters.close() };
}

interface Counted {
  readonly caller: string;
  readonly routeOptions: object;
}
