/** A trace of each HTTP request, under OpenTelemetry's conventions for HTTP servers; nothing where traces are off. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { LateTracing } from '../tracing/late-tracing.js';
import type { Attributes, RequestTrace } from '../tracing/request-trace.js';
import type { TracingSettings } from '../tracing/settings.js';
import { pathOf } from './errors.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Null where traces are off. */
    readonly tracing: LateTracing | null;
  }
  interface FastifyRequest {
    /** Null where this request is not traced. */
    trace: RequestTrace | null;
  }
}

/** Methods that may stand in a span; any other is a client's free text. */
const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];
/** Asked for every few seconds, and no one's request. */
const PROBES = ['/healthz', '/readyz', '/metrics', '/v2/health/live', '/v2/health/ready'];
/** What the log calls 499. */
const CLIENT_GONE = 'E_CANCELLED';

export interface TracingPluginOptions {
  readonly settings: TracingSettings | null;
}

export const tracingPlugin = fp(
  (app: FastifyInstance, { settings }: TracingPluginOptions, done: () => void) => {
    const tracing = settings && new LateTracing(settings, app.log);
    app.decorate('tracing', tracing);
    app.decorateRequest('trace', null);
    if (!tracing) return done();
    app.addHook('onListen', (next) => {
      void tracing.load();
      next();
    });
    app.addHook('onRequest', (request, reply, next) => {
      const route = request.is404 ? undefined : request.routeOptions.url;
      if (route !== undefined && PROBES.includes(route)) return next();
      const { traceparent, tracestate } = request.headers;
      const trace = tracing.start({
        ...spanOf(request, route),
        traceparent: one(traceparent),
        tracestate: one(tracestate),
      });
      if (!trace) return next();
      request.trace = trace;
      request.log = request.log.child(trace.ids);
      reply.log = request.log;
      reply.raw.once('close', () => {
        const answered = reply.raw.writableFinished;
        const { statusCode } = reply;
        trace.end({
          attributes: {
            ...(answered ? { 'http.response.status_code': statusCode } : {}),
            ...(answered ? errorOf(statusCode, trace.error) : { 'error.type': trace.error ?? CLIENT_GONE }),
          },
          failed: !answered || statusCode >= 500,
        });
      });
      next();
    });
    app.addHook('onClose', () => tracing.close());
    done();
  },
  { name: 'saker-tracing' },
);

/** Name and first attributes. The query may hold secrets, and so may a path that no route knows. */
function spanOf(
  request: FastifyRequest,
  route: string | undefined,
): { name: string; attributes: Attributes } {
  const known = METHODS.includes(request.method);
  const method = known ? request.method : '_OTHER';
  const name = known ? request.method : 'HTTP';
  return {
    name: route === undefined ? name : `${name} ${route}`,
    attributes: {
      'http.request.method': method,
      ...(known ? {} : { 'http.request.method_original': request.method }),
      ...(route === undefined ? {} : { 'http.route': route, 'url.path': pathOf(request) }),
      'url.scheme': request.protocol,
      'network.protocol.version': request.raw.httpVersion,
    },
  };
}

function errorOf(status: number, code: string | null): Attributes {
  return status < 400 ? {} : { 'error.type': code ?? String(status) };
}

/** Node joins a header that came twice, which has no valid form then. */
function one(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
