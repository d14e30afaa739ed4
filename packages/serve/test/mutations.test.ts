import { startServer } from '@saker/serve';
import { expect, it } from 'vitest';
import { runMutations } from '../bench/mutations.mjs';
import { until } from './support/client.js';
import { fastModel, temporaryFolder } from './support/models.js';

const folder = temporaryFolder();
const REQUESTS = 1_500;
const SEED = 20_260_101;

it(`answers ${REQUESTS} mutated requests with a result or a client error, never a fault of the server`, async () => {
  const server = await startServer({ model: fastModel(folder), port: 0, grpcPort: 0, workers: 2 });
  try {
    const model = { name: 'small_cnn-32', input: 'input', dims: [3, 32, 32] };
    const { url, grpcTarget } = server;
    const { counts, faults } = await runMutations({ url, grpcTarget, model, requests: REQUESTS, seed: SEED });
    expect(faults).toEqual([]);
    expect(Object.values(counts as Record<string, number>).reduce((a, b) => a + b)).toBe(REQUESTS);
    for (const answer of [
      'HTTP 200',
      'HTTP 400',
      'HTTP 404',
      'HTTP 415',
      'HTTP 422',
      'gRPC OK',
      'gRPC INVALID_ARGUMENT',
    ])
      expect(counts[answer], answer).toBeGreaterThan(0);
    await until(() => server.app.bodyBudget.heldBytes === 0);
  } finally {
    await server.close();
  }
});
