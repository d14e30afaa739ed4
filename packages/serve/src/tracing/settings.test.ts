import { describe, expect, it } from 'vitest';
import { chooseTracing } from './settings.js';

const ENDPOINT = 'http://collector:4318';

describe('traces are off', () => {
  it.each([
    ['nothing says so', {}],
    ['the endpoint is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    ['the SDK is disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'True' }],
    ['the exporter is none', { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
  ])('when %s', (_when, environment) => {
    expect(chooseTracing(undefined, environment)).toEqual({ settings: null, warnings: [] });
  });

  it('when the environment forbids them, whatever the configuration says', () => {
    const options = { endpoint: ENDPOINT };
    expect(chooseTracing(options, { OTEL_SDK_DISABLED: 'true' }).settings).toBeNull();
    expect(chooseTracing(options, { OTEL_TRACES_EXPORTER: 'none' }).settings).toBeNull();
  });

  it('with a warning for an exporter or an endpoint that cannot be followed', () => {
    const exporter = chooseTracing(undefined, {
      OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
      OTEL_TRACES_EXPORTER: 'zipkin',
    });
    expect(exporter).toMatchObject({ settings: null, warnings: [expect.stringContaining('zipkin')] });
    for (const endpoint of ['collector:4318', 'ftp://collector', 'not a url']) {
      const { settings, warnings } = chooseTracing(undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
      expect(settings).toBeNull();
      expect(warnings).toEqual([expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT')]);
    }
  });
});

describe('traces go', () => {
  it.each([
    ['below the endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, `${ENDPOINT}/v1/traces`],
    ['below its path', { OTEL_EXPORTER_OTLP_ENDPOINT: `${ENDPOINT}/x/` }, `${ENDPOINT}/x/v1/traces`],
    [
      'to the endpoint of traces as it is',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/in` },
      `${ENDPOINT}/in`,
    ],
    ['to this machine', { OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
  ])('%s', (_where, environment, url) => {
    expect(chooseTracing(undefined, environment)).toEqual({ settings: { url }, warnings: [] });
  });

  it('where the configuration says, before an endpoint of the environment', () => {
    const environment = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other' };
    const { settings } = chooseTracing({ endpoint: `${ENDPOINT}/` }, environment);
    expect(settings).toEqual({ url: `${ENDPOINT}/v1/traces` });
  });

  it('over HTTP with a warning where gRPC is asked for', () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const { settings, warnings } = chooseTracing(undefined, environment);
    expect(settings).not.toBeNull();
    expect(warnings).toEqual([expect.stringContaining('HTTP')]);
  });
});

it.each([
  [{ endpoint: 'ftp://user:secret@collector' }, 'tracing.endpoint'],
  [{ endpoint: '' }, 'tracing.endpoint'],
  [{}, 'tracing.endpoint'],
  [{ endpoint: ENDPOINT, other: 1 }, 'tracing'],
])('options that are none are refused: %j', (options, name) => {
  const choose = (): unknown => chooseTracing(options as never, {});
  expect(choose).toThrow(
    expect.objectContaining({ code: 'E_ARG_INVALID', params: expect.objectContaining({ name }) }),
  );
  expect(choose).not.toThrow(/secret/);
});
