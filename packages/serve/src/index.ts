/** @saker/serve: a Saker model over HTTP. */
export type { ModelInfo, RankedClass } from './inference/messages.js';
export type { InferencePool, PoolState } from './inference/pool.js';
export type { ResolvedLimits, ServeLimits, ServeOptions } from './options.js';
export type { ServeApp } from './plugins/inference.js';
export type { ModelConfigInput } from './repository/config.js';
export type { ModelRepository } from './repository/repository.js';
export { readServerConfig, type ServerConfig } from './repository/server-config.js';
export type { SecurityOptions } from './security/options.js';
export { type RunningServer, type ServerOptions, startServer } from './server.js';
export type { TracingOptions } from './tracing/settings.js';
