import type { JSX } from 'preact';
import { ConfusionFigure } from './confusion-figure.js';
import { Curves } from './curves.js';
import { renderDocument } from './document.js';
import { visible } from './format.js';
import { Headline } from './headline.js';
import { Mistakes } from './mistakes.js';
import { MultiLabelFigures } from './multi-label.js';
import { Provenance } from './provenance.js';
import type { ReportInput } from './report-input.js';
import { RiskCoverage } from './risk-coverage.js';
import { ClassTable, FailureTable } from './tables.js';
import { type PicturedMistake, withPictures } from './thumbnails.js';

const DEFAULT_MISTAKES = 24;

function Sections({
  input,
  pictured,
}: {
  input: ReportInput;
  pictured: readonly PicturedMistake[];
}): JSX.Element {
  const { evaluation, metadata } = input;
  const monitor = metadata.provenance?.config?.monitor;
  return (
    <>
      {'task' in evaluation ? (
        <MultiLabelFigures result={evaluation} />
      ) : (
        <>
          <Headline result={evaluation} />
          <ConfusionFigure result={evaluation} />
          <Mistakes mistakes={pictured} total={evaluation.mistakes.length} />
          <ClassTable result={evaluation} />
          <RiskCoverage result={evaluation} />
        </>
      )}
      <Curves
        history={metadata.history}
        task={metadata.task}
        {...(typeof monitor === 'string' && { monitor })}
      />
      <FailureTable failures={evaluation.failures} />
      <Provenance input={input} />
    </>
  );
}

/** The report of an evaluation; see `renderDocument`. */
export async function renderReport(input: ReportInput): Promise<string> {
  const { evaluation, data, maxMistakes = DEFAULT_MISTAKES } = input;
  const pictured = 'task' in evaluation ? [] : await withPictures(evaluation.mistakes.slice(0, maxMistakes));
  return renderDocument({
    title: input.title ?? 'Evaluation report',
    model: input.model.name,
    about: (
      <>
        on <bdi>{visible(data.path)}</bdi>
        {data.split && `, split ${visible(data.split)}`}
      </>
    ),
    createdAt: input.createdAt ?? new Date(),
    children: <Sections input={input} pictured={pictured} />,
  });
}
