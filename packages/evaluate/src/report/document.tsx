import { SAKER_VERSION } from '@saker/spec';
import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { visible } from './format.js';
import { STYLE } from './style.js';

/** Nothing may be fetched and nothing may run, whatever a file name or label holds. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface DocumentProps {
  readonly title: string;
  /** The model, which the window's title names too. */
  readonly model: string;
  /** What stands behind the model's name under the title. */
  readonly about: ComponentChildren;
  readonly createdAt: Date;
  readonly children: ComponentChildren;
}

/** The frame of every report: head with its policy, header, footer. */
function Document({ title: given, model, about, createdAt, children }: DocumentProps): JSX.Element {
  const title = visible(given);
  const at = createdAt.toISOString();
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={`Saker ${SAKER_VERSION}`} />
        <title>{`${title}: ${visible(model)}`}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <header>
          <h1>{title}</h1>
          <p>
            <bdi>{visible(model)}</bdi> {about}
            {' \u00b7 '}
            <time dateTime={at}>{`${at.slice(0, 10)} ${at.slice(11, 16)} UTC`}</time>
          </p>
        </header>
        <main>{children}</main>
        <footer>
          Made by Saker {SAKER_VERSION}. This file holds everything it shows and asks the network for nothing.
        </footer>
      </body>
    </html>
  );
}

/**
 * A report as one HTML document: no script, no external request; light and dark; fit to print. Names from outside are
 * escaped, and their invisible characters spelled out.
 */
export function renderDocument(props: DocumentProps): string {
  return `<!doctype html>\n${renderToString(<Document {...props} />)}\n`;
}
