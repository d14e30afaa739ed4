/** Renders the Helm chart with Go's own template engine, which Helm builds on; the chart uses nothing beyond it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse as render } from '@evertdespiegeleer/go-template';
import { parse } from 'yaml';

export const deploy = resolve(import.meta.dirname, '../../../../deploy');
const chart = join(deploy, 'helm/saker');

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into manifests of many kinds
  readonly [key: string]: any;
}

type Values = Record<string, unknown>;

function merge(base: Values, over: Values): Values {
  const both = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    both[name] = nested ? merge((base[name] as Values) ?? {}, value as Values) : value;
  }
  return both;
}

/** The manifests of the chart with the values laid over its own. */
export async function renderChart(values: Values = {}, name = 'demo'): Promise<Manifest[]> {
  const defaults = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as Values;
  const data = { Values: merge(defaults, values), Release: { Name: name, Namespace: 'default' } };
  const manifests: Manifest[] = [];
  for (const file of readdirSync(join(chart, 'templates'))) {
    const text = await render(readFileSync(join(chart, 'templates', file), 'utf8'), data);
    const manifest = parse(text) as Manifest | null;
    if (manifest) manifests.push(manifest);
  }
  return manifests;
}
