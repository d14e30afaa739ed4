/** @saker/serve/load: the load generator of `saker bench serve`, without the server. */
export { type Latencies, type LoadOptions, type LoadResult, runLoad } from './run-load.js';
