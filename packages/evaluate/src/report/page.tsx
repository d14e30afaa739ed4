import { SAKER_VERSION } from '@saker/spec';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { ConfusionFigure } from './confusion-figure.js';
import { Curves } from './curves.js';
import { visible } from './format.js';
import { Headline } from './headline.js';
import { Mistakes } from './mistakes.js';
import { MultiLabelFigures } from './multi-label.js';
import { Provenance } from './provenance.js';
import type { ReportInput } from './report-input.js';
import { RiskCoverage } from './risk-coverage.js';
import { STYLE } from './style.js';
import { ClassTable, FailureTable } from './tables.js';
import { type PicturedMistake, withPictures } from './thumbnails.js';

/** Nothing may be fetched and nothing may run, whatever a file name or label holds. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const DEFAULT_MISTAKES = 24;

function Page({
  input,
  pictured,
}: {
  input: ReportInput;
  pictured: readonly PicturedMistake[];
}): JSX.Element {
  const { evaluation, metadata } = input;
  const title = visible(input.title ?? 'Evaluation report');
  const at = (input.createdAt ?? new Date()).toISOString();
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={`Saker ${SAKER_VERSION}`} />
        <title>{`${title}: ${visible(input.model.name)}`}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <header>
          <h1>{title}</h1>
          <p>
            <bdi>{visible(input.model.name)}</bdi> on <bdi>{visible(input.data.path)}</bdi>
            {input.data.split && `, split ${visible(input.data.split)}`}
            {' \u00b7 '}
            <time dateTime={at}>{`${at.slice(0, 10)} ${at.slice(11, 16)} UTC`}</time>
          </p>
        </header>
        <main>
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
          <Curves history={metadata.history} />
          <FailureTable result={evaluation} />
          <Provenance input={input} />
        </main>
        <footer>
          Made by Saker {SAKER_VERSION}. This file holds everything it shows and asks the network for nothing.
        </footer>
      </body>
    </html>
  );
}

/**
 * The report as one HTML document: no script, no external request; light and dark; fit to print. Names from outside are
 * escaped, and their invisible characters spelled out.
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const { evaluation, maxMistakes = DEFAULT_MISTAKES } = input;
  const pictured = 'task' in evaluation ? [] : await withPictures(evaluation.mistakes.slice(0, maxMistakes));
  return `<!doctype html>\n${renderToString(<Page input={input} pictured={pictured} />)}\n`;
}
