import type { CliContext } from '../../context.js';
import type { CommonFlags } from '../../flags/common.js';
import { Output } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';

/** `saker mlflow-send`. */
export async function mlflowSend(this: CliContext, flags: CommonFlags, file: string): Promise<void> {
  const out = new Output(this, flags);
  const { mlflowServer, sendMlflowSpool } = await import('@saker/trainer');
  const server = mlflowServer(this.process.env);
  const bar = new ProgressBar(out);
  try {
    const result = await sendMlflowSpool(file, server, (sent, total) => {
      if (out.interactive && !out.quiet) bar.update(sent / total, 'sending', `${sent}/${total} messages`);
    });
    bar.clear();
    for (const message of result.skipped) out.warn(message);
    out.line(`sent ${result.sent} messages to run ${result.runId ?? '-'} of ${server.uri}`);
    out.json({ sent: result.sent, runId: result.runId, server: server.uri, skipped: result.skipped });
  } finally {
    bar.clear();
  }
}
