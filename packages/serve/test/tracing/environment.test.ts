/** Traces as OpenTelemetry's environment variables have them. */
import { startServer } from '@saker/serve';
import { afterEach, expect, it } from 'vitest';
import { post } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { startCollector } from './collector.js';

const model = fastModel(temporaryFolder());
const SAMPLED = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
});

/** Serves a request without a parent and one with; which of them arrive as spans, and what the server warns of. */
async function serve(environment: Record<string, string>) {
  const collector = await startCollector();
  Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, ...environment });
  const server = await startServer({ model, port: 0, workers: 1 });
  for (const parent of [{}, { traceparent: SAMPLED }])
    expect(
      (await post(`${server.url}/predict`, await jpeg(), 'image/jpeg', { headers: parent })).status,
    ).toBe(200);
  await server.close();
  await collector.close();
  return { requests: collector.spans.filter(({ kind }) => kind === 2), warnings: server.warnings };
}

it('an endpoint switches them on, and the service has the name and attributes that are given', async () => {
  const { requests, warnings } = await serve({
    OTEL_SERVICE_NAME: 'shop',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  expect(requests).toHaveLength(2);
  expect(requests[0]?.resource).toMatchObject({
    'service.name': 'shop',
    'deployment.environment.name': 'test',
  });
  expect(warnings).toEqual([]);
});

it('the sampler is the one asked for', async () => {
  const children = await serve({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' });
  expect(children.requests.map(({ traceId }) => traceId)).toEqual(['a'.repeat(32)]);
  const none = await serve({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
  expect(none.requests).toEqual([]);
});

it('a disabled SDK sends nothing', async () => {
  expect((await serve({ OTEL_SDK_DISABLED: 'true' })).requests).toEqual([]);
});

it('what cannot be followed is a warning of the server', async () => {
  const { requests, warnings } = await serve({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
  expect(requests).toHaveLength(2);
  expect(warnings).toEqual([expect.stringContaining('HTTP')]);
});
