import { pipelineHash } from '@saker/spec';
import type { JSX } from 'preact';
import { visible } from '../format.js';
import { Facts, hash, plain, type Row, Steps } from '../provenance.js';
import type { TrainingReportInput } from './training-input.js';

/** Where the model file is, and what to do with it. */
export function ModelFile({ model }: Pick<TrainingReportInput, 'model'>): JSX.Element {
  return (
    <section aria-labelledby="h-model">
      <h2 id="h-model">The model file</h2>
      <p class="file">
        <code>
          <bdi>{visible(model.path)}</bdi>
        </code>
      </p>
      <Facts
        caption="What to do next"
        rows={model.commands.map(
          ({ purpose, line }): Row => [
            purpose,
            <code key={purpose}>
              <bdi>{visible(line)}</bdi>
            </code>,
          ],
        )}
      />
    </section>
  );
}

function Told({ id, title, lines }: { id: string; title: string; lines: readonly string[] }): JSX.Element {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {lines.length === 0 ? (
        <p>There are none.</p>
      ) : (
        <ul class="told">
          {lines.map((line) => (
            <li key={line}>
              <bdi>{visible(line)}</bdi>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the gradient report warned of, and what else the run told. */
export function Notes({ input }: { input: TrainingReportInput }): JSX.Element {
  const { gradientWarnings, notes } = input;
  return (
    <>
      {gradientWarnings && <Told id="h-gradients" title="Gradient warnings" lines={gradientWarnings} />}
      {notes.length > 0 && <Told id="h-notes" title="Notes" lines={notes} />}
    </>
  );
}

/** What the run was made of and ran on. */
export function Settings({ input }: { input: TrainingReportInput }): JSX.Element {
  const { model, data, counts, pipelines, machine } = input;
  const config = Object.entries(input.config).filter(([, value]) => value !== undefined && value !== null);
  const pictures = Object.entries(counts).map(([split, n]) => `${split} ${n}`);
  const rows: Row[] = [
    ['data', <bdi key="d">{visible(data.path)}</bdi>],
    ['data hash', hash(data.hash)],
    ['pictures', pictures.join(', ')],
    ...(model.hash === undefined ? [] : [['model file', hash(model.hash)] as Row]),
  ];
  return (
    <section aria-labelledby="h-provenance">
      <h2 id="h-provenance">Provenance</h2>
      <div class="columns">
        <Facts caption="This run" rows={rows} />
        <Facts
          caption="Time and machine"
          rows={machine.map(([name, value]): Row => [name, visible(value)])}
        />
      </div>
      <div class="columns">
        <Steps title="From file to tensor" spec={pipelines.eval} specHash={pipelineHash(pipelines.eval)} />
        <Steps title="The same in training" spec={pipelines.train} specHash={pipelineHash(pipelines.train)} />
      </div>
      <details>
        <summary>Run configuration</summary>
        <Facts caption="Run configuration" rows={config.map(([name, v]): Row => [name, plain(v)])} />
      </details>
    </section>
  );
}
