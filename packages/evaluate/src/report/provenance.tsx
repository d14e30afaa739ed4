import type { ModelMetadata } from '@saker/spec';
import type { ComponentChildren, JSX } from 'preact';
import { describePipeline } from './describe-pipeline.js';
import { figure, percent, visible } from './format.js';
import type { ReportInput } from './report-input.js';

export type Row = readonly [name: string, value: ComponentChildren];

/** A hash, small and breakable. */
export const hash = (value: string): JSX.Element => <code class="hash">{value}</code>;

/** A configuration value on one line. */
export function plain(value: unknown): string {
  if (typeof value === 'number') return figure(value, 6);
  return visible(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

/** Names and values. */
export function Facts({ caption, rows }: { caption: string; rows: readonly Row[] }): JSX.Element {
  return (
    <table class="facts">
      <caption>{caption}</caption>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{visible(name)}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Says whether the data evaluated on is the data trained on, when both hashes are known. */
function dataRelation(metadata: ModelMetadata, input: ReportInput): string | null {
  const trained = metadata.provenance?.dataHash;
  if (!trained || !input.data.hash) return null;
  if (trained !== input.data.hash) return 'other data than the model was trained on';
  const held = input.data.split && input.data.split !== 'train';
  return held
    ? 'the dataset the model was trained with'
    : 'the dataset the model was trained with: figures may flatter';
}

function evaluationRows(input: ReportInput): Row[] {
  const relation = dataRelation(input.metadata, input);
  return [
    ['model', <bdi key="m">{visible(input.model.name)}</bdi>],
    ['model file', hash(input.model.hash)],
    ['data', <bdi key="d">{visible(input.data.path)}</bdi>],
    ...(input.data.split ? [['split', visible(input.data.split)] as Row] : []),
    ...(input.data.hash ? [['data hash', hash(input.data.hash)] as Row] : []),
    ...(relation ? [['relation', relation] as Row] : []),
    [
      'speed',
      `${figure(input.evaluation.imagesPerSecond, 3)} pictures per second, ${figure(input.evaluation.seconds, 3)} s in all`,
    ],
  ];
}

function trainingRows(metadata: ModelMetadata): Row[] {
  const p = metadata.provenance;
  if (!p) return [];
  const samples = Object.entries(p.samples).map(([split, n]) => `${split} ${n}`);
  const metrics = Object.entries(p.metrics).map(
    ([name, v]) => `${name} ${/acc/i.test(name) && v <= 1 ? percent(v) : figure(v)}`,
  );
  return [
    ['trained', visible(p.createdAt.replace(/T(\d\d:\d\d).*Z$/, ' $1 UTC'))],
    ['Saker version', p.sakerVersion],
    ...(p.base ? [['starting from', visible(p.base.name)] as Row] : []),
    ...(p.base?.sha256 ? [['its file', hash(p.base.sha256)] as Row] : []),
    ...(p.seed === null ? [] : [['seed', String(p.seed)] as Row]),
    ...(p.dataHash ? [['data hash', hash(p.dataHash)] as Row] : []),
    ...(samples.length ? [['pictures', visible(samples.join(', '))] as Row] : []),
    ...(metrics.length ? [['metrics', visible(metrics.join(', '))] as Row] : []),
  ];
}

/** A pipeline in words, with its hash. */
export function Steps({
  title,
  spec,
  specHash,
}: {
  title: string;
  spec: ModelMetadata['pipelines']['eval'];
  specHash: string;
}): JSX.Element {
  return (
    <div class="steps">
      <h3>{title}</h3>
      <ol>
        {describePipeline(spec).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {hash(specHash)}
    </div>
  );
}

/** Where the model, the data and the pixels come from. */
export function Provenance({ input }: { input: ReportInput }): JSX.Element {
  const { metadata } = input;
  const training = trainingRows(metadata);
  const config = Object.entries(metadata.provenance?.config ?? {}).filter(
    ([, v]) => v !== undefined && v !== null,
  );
  const { eval: evalSpec, train } = metadata.pipelines;
  return (
    <section aria-labelledby="h-provenance">
      <h2 id="h-provenance">Provenance</h2>
      <div class="columns">
        <Facts caption="This evaluation" rows={evaluationRows(input)} />
        {training.length > 0 && <Facts caption="Training" rows={training} />}
      </div>
      <div class="columns">
        <Steps title="From file to tensor" spec={evalSpec} specHash={metadata.pipelineHashes.eval} />
        {train && metadata.pipelineHashes.train && (
          <Steps title="The same in training" spec={train} specHash={metadata.pipelineHashes.train} />
        )}
      </div>
      {config.length > 0 && (
        <details>
          <summary>Run configuration</summary>
          <Facts caption="Run configuration" rows={config.map(([name, v]) => [name, plain(v)])} />
        </details>
      )}
    </section>
  );
}
