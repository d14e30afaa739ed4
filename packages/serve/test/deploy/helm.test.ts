/** The chart in deploy/helm: rendered, checked against Kubernetes' own schemas, unknown keys included. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service, ServiceAccount } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { Metrics } from '../../dist/metrics/metrics.js';
import { type Manifest, renderChart } from '../support/helm.js';

const MODELS = {
  Deployment: [Deployment, 'apps/v1'],
  HorizontalPodAutoscaler: [HorizontalPodAutoscaler, 'autoscaling/v2'],
  NetworkPolicy: [NetworkPolicy, 'networking.k8s.io/v1'],
  PodDisruptionBudget: [PodDisruptionBudget, 'policy/v1'],
  Service: [Service, 'v1'],
  ServiceAccount: [ServiceAccount, 'v1'],
} as const;
const FULL = {
  autoscaling: { enabled: true },
  apiKeysSecret: 'saker-keys',
  networkPolicy: { fromPodLabels: { app: 'gateway' }, fromNamespaceLabels: { team: 'vision' } },
  args: ['--rate-limit', '100'],
  tracing: { endpoint: 'http://otel-collector.monitoring:4318' },
};
const byKind = (all: readonly Manifest[], kind: string) => all.find((m) => m.kind === kind);

/** TypeScript's check of object literals finds keys that a kind does not have, at any depth. */
async function unknownKeys(manifests: readonly Manifest[]): Promise<string> {
  const folder = mkdtempSync(join(resolve(import.meta.dirname, '../..'), '.chart-'));
  const file = join(folder, 'manifests.ts');
  const lines = manifests.map((manifest, i) => {
    const [, group] = MODELS[manifest.kind as keyof typeof MODELS];
    const type = `import('kubernetes-models/${group}').I${manifest.kind}`;
    return `export const m${i}: ${type} = ${JSON.stringify(manifest)};`;
  });
  writeFileSync(file, lines.join('\n'));
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
  ];
  try {
    await promisify(execFile)('npx', ['--no-install', 'tsc', ...flags, '--ignoreConfig', file]);
    return '';
  } catch (failure) {
    return (failure as { stdout: string }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the Helm chart', () => {
  it.each([
    ['its own values', {}],
    ['everything switched on', FULL],
  ])('makes manifests that Kubernetes takes, with %s', async (_, values) => {
    const manifests = await renderChart(values);
    expect(manifests.length).toBe('autoscaling' in values ? 6 : 5);
    for (const manifest of manifests) {
      const [Model] = MODELS[manifest.kind as keyof typeof MODELS];
      // biome-ignore lint/suspicious/noExplicitAny: each model wants its own interface
      expect(() => new Model(manifest as any).validate(), manifest.kind).not.toThrow();
    }
    expect(await unknownKeys(manifests)).toBe('');
  });

  it('would be told of a misspelt key', async () => {
    const manifests = await renderChart();
    const deployment = structuredClone(byKind(manifests, 'Deployment') as Manifest);
    deployment.spec.template.spec.containers[0].imagePulPolicy = 'Always';
    expect(await unknownKeys([deployment])).toContain('imagePulPolicy');
  });

  it('selects the pods it makes and nothing else', async () => {
    const manifests = await renderChart({}, 'other');
    const labels = byKind(manifests, 'Deployment')?.spec.template.metadata.labels;
    expect(labels['app.kubernetes.io/instance']).toBe('other');
    expect(byKind(manifests, 'Deployment')?.spec.selector.matchLabels).toEqual(labels);
    expect(byKind(manifests, 'Service')?.spec.selector).toEqual(labels);
    expect(byKind(manifests, 'PodDisruptionBudget')?.spec.selector.matchLabels).toEqual(labels);
    expect(byKind(manifests, 'NetworkPolicy')?.spec.podSelector.matchLabels).toEqual(labels);
  });

  it('keeps values with quotes and colons what they are', async () => {
    const odd = ['--cors-origin', 'https://a.example:8443', `it's "odd"`];
    const deployment = byKind(await renderChart({ args: odd }), 'Deployment');
    expect(deployment?.spec.template.spec.containers[0].args.slice(-3)).toEqual(odd);
  });

  it('sends traces where it is told, and lets nothing else out', async () => {
    const quiet = await renderChart();
    expect(byKind(quiet, 'NetworkPolicy')?.spec.egress).toEqual([]);
    expect(byKind(quiet, 'Deployment')?.spec.template.spec.containers[0].env).toBeUndefined();
    const endpoint = 'http://collector:9318';
    const traced = await renderChart({ tracing: { endpoint, port: 9318 } });
    const [{ env }] = byKind(traced, 'Deployment')?.spec.template.spec.containers ?? [];
    expect(env).toContainEqual({ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint });
    const [rule, ...more] = byKind(traced, 'NetworkPolicy')?.spec.egress ?? [];
    expect(more).toEqual([]);
    expect(rule.ports.map(({ port }: { port: number }) => port)).toEqual([9318, 53, 53]);
  });

  it('scales by a metric that the server has', async () => {
    const scaler = byKind(await renderChart(FULL), 'HorizontalPodAutoscaler');
    const { body } = await new Metrics().text({ list: () => [] } as never);
    expect(body).toContain(scaler?.spec.metrics[0].pods.metric.name);
  });

  it('gives requests under way their time, and probes the routes that the server has', async () => {
    const spec = byKind(await renderChart(), 'Deployment')?.spec.template.spec;
    const [container] = spec.containers;
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(15 + 5);
    expect(container.startupProbe.httpGet.path).toBe('/readyz');
    expect(container.livenessProbe.httpGet.path).toBe('/healthz');
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
  });
});
