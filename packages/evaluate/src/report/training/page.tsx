import type { JSX } from 'preact';
import { ConfusionFigure } from '../confusion-figure.js';
import { Curves } from '../curves.js';
import { renderDocument } from '../document.js';
import { visible } from '../format.js';
import { Mistakes } from '../mistakes.js';
import { LabelTable, MistakeTable } from '../multi-label.js';
import { ClassTable, FailureTable } from '../tables.js';
import { type PicturedMistake, withPictures } from '../thumbnails.js';
import { EpochTable } from './epoch-table.js';
import { ModelFile, Notes, Settings } from './facts.js';
import { Summary } from './summary.js';
import type { TrainingReportInput } from './training-input.js';

const MOST_MISTAKES = 12;
const MOST_FAILURES = 200;

function ShippedModel({
  evaluation,
  pictured,
}: {
  evaluation: TrainingReportInput['evaluation'];
  pictured: readonly PicturedMistake[];
}): JSX.Element {
  if (!evaluation)
    return (
      <section aria-labelledby="h-shipped">
        <h2 id="h-shipped">The shipped model</h2>
        <p>
          Its confusion matrix and its classes are not at hand: no epoch was validated, or an earlier process
          did that. <code>saker evaluate</code> shows them.
        </p>
      </section>
    );
  if ('task' in evaluation)
    return (
      <>
        <MistakeTable mistakes={evaluation.mistakes} />
        <LabelTable result={evaluation} />
      </>
    );
  return (
    <>
      <ConfusionFigure result={evaluation} />
      <Mistakes mistakes={pictured} total={evaluation.mistakes.length} />
      <ClassTable result={evaluation} />
    </>
  );
}

/** The report of a training run, while it goes on or at its end; see `renderDocument`. */
export async function renderTrainingReport(input: TrainingReportInput): Promise<string> {
  const { evaluation, task, epochs, monitor, best, baselines } = input;
  const pictured =
    evaluation === null || 'task' in evaluation
      ? []
      : await withPictures(evaluation.mistakes.slice(0, MOST_MISTAKES));
  return renderDocument({
    title: 'Training report',
    model: input.model.name,
    about: (
      <>
        from <bdi>{visible(input.data.path)}</bdi>
      </>
    ),
    createdAt: input.createdAt ?? new Date(),
    children: (
      <>
        <Summary input={input} />
        <Curves history={epochs} task={task} monitor={monitor} best={best} baselines={baselines}>
          <EpochTable input={input} />
        </Curves>
        <Notes input={input} />
        <ShippedModel evaluation={evaluation} pictured={pictured} />
        <FailureTable failures={input.failures} most={MOST_FAILURES} />
        <ModelFile model={input.model} />
        <Settings input={input} />
      </>
    ),
  });
}
