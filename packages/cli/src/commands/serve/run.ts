import { statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { startServer } from '@saker/serve';
import type { CliContext } from '../../context.js';
import { metadataFor } from '../../flags/metadata.js';
import { Output } from '../../output/output.js';
import { onInterrupt } from '../../signals.js';
import type { ServeFlags } from './command.js';
import { securityOptions } from './flags/security.js';
import { servingOptions } from './flags/serving.js';

/**
 * How far V8 lets the heap grow between two whole collections, in percent. Uploads are memory outside the heap, which V8
 * counts but expects little of: it would collect a heap of 20 MB for each 9 MB of uploads, which took a third of the main
 * thread's time. So it collects about once in 60 MB.
 */
const HEAP_GROWING_PERCENT = 300;

/** `saker serve`: runs until SIGINT or SIGTERM, then finishes the requests in flight. */
export async function serve(this: CliContext, flags: ServeFlags, model: string): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  const out = new Output(this, flags);
  // Models of a repository carry their own labels and pipelines; one that does not is refused by the repository.
  const isFolder = statSync(model, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const metadata = isFolder ? undefined : await metadataFor(model, flags);
  const serving = await servingOptions(flags);
  const { host, port, grpcPort, log } = flags;
  const logger = log && { level: log, stream: this.process.stderr };
  const security = securityOptions(flags);
  // Asked to stop while the model still loads: the server is closed as soon as there is one.
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const release = onInterrupt(this.process, () => {
    out.note('finishing the requests in flight; press Ctrl-C again to stop at once');
    stop();
  });
  try {
    const server = await startServer({ ...serving, model, metadata, host, port, grpcPort, security, logger });
    // The log goes to stderr too, and has them.
    const logged = log !== undefined && log !== 'error';
    if (!logged) for (const warning of server.warnings) out.warn(warning);
    out.line(`serving ${model} on ${server.url}`);
    out.line(`  curl -F file=@photo.jpg ${server.url}/predict`);
    if (server.grpcTarget) out.line(`  gRPC on ${server.grpcTarget}`);
    out.json({ url: server.url, grpc: server.grpcTarget, model, pid: process.pid });
    await stopped;
    await server.close();
    out.note('stopped');
  } finally {
    release();
  }
}
