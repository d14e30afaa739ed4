/** Inference as a traced request shows it: its model, and the stages that the pool measures. */
import type { TaskInput } from '../inference/messages.js';
import type { SubmitOptions } from '../inference/pool.js';
import type { TaskResult } from '../inference/task.js';
import type { ModelRepository } from '../repository/repository.js';
import type { Answer } from '../repository/served-model.js';
import type { RequestTrace } from './request-trace.js';

/** As `models.infer`; what is known of it goes to the trace. */
export async function inferTraced(
  models: ModelRepository,
  asked: { readonly name?: string; readonly version?: string },
  inputs: readonly TaskInput[],
  options: SubmitOptions,
  trace: RequestTrace | null,
): Promise<Answer> {
  if (!trace) return models.infer(asked, inputs, options);
  // Only a name that exists: any other is whatever a client wrote.
  trace.set({ 'saker.model.name': models.model(asked.name).name, 'saker.items': inputs.length });
  const answer = await models.infer(asked, inputs, options);
  trace.set({ 'saker.model.version': answer.version });
  traceStages(trace, answer.results);
  return answer;
}

/**
 * Items run beside each other, so the stages of a request are those of the item that was ready last, of those that could
 * be read.
 */
function traceStages(trace: RequestTrace, results: readonly TaskResult[]): void {
  for (const { outcome } of results) if (!outcome.ok) trace.fail(outcome.error.code);
  const good = results.filter(({ outcome }) => outcome.ok);
  const [first, ...more] = good.length > 0 ? good : results;
  if (!first) return;
  const { outcome, queuedAt, queueMs, batchSize } = more.reduce(
    (last, one) => (readyAt(one) > readyAt(last) ? one : last),
    first,
  );
  const started = queuedAt + queueMs;
  trace.stage('queue', queuedAt, started);
  if (!outcome.ok) return;
  const { preprocessMs, inferenceMs } = outcome.timings;
  const batch = { 'saker.batch.size': batchSize };
  trace.stage('preprocess', started, started + preprocessMs, batch);
  trace.stage('inference', started + preprocessMs, started + preprocessMs + inferenceMs, batch);
}

function readyAt({ outcome, queuedAt, queueMs }: TaskResult): number {
  const ran = outcome.ok ? outcome.timings.preprocessMs + outcome.timings.inferenceMs : 0;
  return queuedAt + queueMs + ran;
}
