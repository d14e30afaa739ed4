/** The HTTP app: plugins and routes, apart from any process or port. */
import { SakerError } from '@saker/spec';
import Fastify, { LogController } from 'fastify';
import { openApiPlugin } from './openapi/plugin.js';
import { resolveLimits, resolveSecurity, type ServeOptions } from './options.js';
import { answerBrokenHttp, errorsPlugin, sendError } from './plugins/errors.js';
import { inferencePlugin, type ServeApp } from './plugins/inference.js';
import { limitsPlugin } from './plugins/limits.js';
import { metricsPlugin } from './plugins/metrics.js';
import { protocolPlugin } from './plugins/protocol.js';
import { requestId, requestLogPlugin } from './plugins/request-log.js';
import { tracingPlugin } from './plugins/tracing.js';
import type { EarlyModels } from './repository/early-models.js';
import { healthRoutes } from './routes/health.js';
import { predictRoutes } from './routes/predict.js';
import { v2Routes } from './routes/v2/index.js';
import { webRoutes } from './routes/web.js';
import { redacted } from './security/logging.js';
import { securityPlugin } from './security/plugin.js';
import { readTls, TLS_MIN_VERSION } from './security/tls.js';
import { chooseTracing } from './tracing/settings.js';

const MAX_HEADER_BYTES = 16 * 1024;
/**
 * Bodies and queries are checked with zod, so Fastify need not load its compilers of JSON Schemas, a hundred modules. A
 * route that has a schema all the same fails when it is registered.
 */
const noSchemas = (): never => {
  throw new SakerError('E_INTERNAL', { detail: 'routes of this app have no schemas of Fastify' });
};
const NO_SCHEMAS = { buildValidator: () => noSchemas, buildSerializer: () => noSchemas };
/** How often Node looks for connections over their time. */
const CHECK_INTERVAL_MS = 1_000;

/**
 * Builds the app. From `app.ready()` on the models load; `app.models.started` settles when they are warm, and until then
 * /readyz and /predict answer E_NOT_READY. `app.close()` ends the workers.
 * @param early models that load already; default: they begin with the app.
 * @throws SakerError E_ARG_INVALID.
 */
export function buildApp(options: ServeOptions, early?: EarlyModels): ServeApp {
  const limits = resolveLimits(options);
  const security = resolveSecurity(options.security);
  const http = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  };
  const tls = security.tls ? { ...http, ...readTls(security.tls), minVersion: TLS_MIN_VERSION } : null;
  const app = Fastify({
    logger: redacted(options.logger),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    requestIdHeader: false,
    bodyLimit: limits.bodyLimit,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    return503OnClosing: false,
    clientErrorHandler: answerBrokenHttp,
    frameworkErrors: sendError,
    schemaController: { compilersFactory: NO_SCHEMAS },
    trustProxy: security.trustProxy,
    // Fastify's types tell a TLS app from a plain one; routes and plugins here are the same for both.
    ...((tls ? { https: tls } : { http }) as { http: typeof http }),
  });
  // Bodies are read by the route, within its limits; no parser of Fastify's touches them.
  app.removeAllContentTypeParsers();
  app.register(errorsPlugin);
  app.register(tracingPlugin, chooseTracing(options.tracing));
  app.register(requestLogPlugin);
  app.register(limitsPlugin, limits);
  app.register(securityPlugin, security);
  app.register(metricsPlugin);
  app.register(inferencePlugin, { limits, options, early });
  app.register(protocolPlugin);
  app.addContentTypeParser('*', (_request, _payload, next) => next(null));
  app.register(openApiPlugin);
  app.register(healthRoutes);
  app.register(predictRoutes, limits);
  app.register(v2Routes, limits);
  app.register(webRoutes);
  return app;
}
