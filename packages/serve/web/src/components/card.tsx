import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Timings } from '../api.js';
import type { Picture } from '../pictures.js';
import { Bars } from './bars.js';

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

function Timing({ timings, roundTripMs }: { timings: Timings; roundTripMs: number }): JSX.Element {
  const stages = [
    ['queue', timings.queueMs],
    ['pixels', timings.preprocessMs],
    ['model', timings.inferenceMs],
    ['round trip', roundTripMs],
  ] as const;
  return (
    <dl class="timing">
      {stages.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{ms(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function CopyButton({ name, text }: { name: string; text: string }): JSX.Element {
  const [said, say] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say('copied');
    } catch {
      // Without HTTPS browsers give no clipboard: show the command instead.
      say(text);
    }
  };
  return (
    <>
      <button type="button" class="quiet" onClick={copy} aria-label={`Copy the curl command for ${name}`}>
        curl
      </button>
      <span class="said" role="status">
        {said}
      </span>
    </>
  );
}

export interface CardProps {
  readonly picture: Picture;
  readonly curl: string;
  readonly onRemove: () => void;
}

/** One picture with what the server said of it. */
export function Card({ picture, curl, onRemove }: CardProps): JSX.Element {
  const { file, url, state } = picture;
  return (
    <li class={`card ${state.kind}`}>
      <img src={url} alt={file.name} onError={(event) => event.currentTarget.classList.add('broken')} />
      <div class="said-of">
        <h3>{file.name}</h3>
        {state.kind === 'waiting' && <p class="waiting">sending…</p>}
        {state.kind === 'failed' && (
          <p class="problem">
            <strong>{state.problem.code}</strong> {state.problem.message} {state.problem.hint}
          </p>
        )}
        {state.kind === 'done' && (
          <>
            {state.answer.abstained && (
              <p class="abstained">
                <strong>No answer.</strong> No class is probable enough for this model; these come nearest:
              </p>
            )}
            <Bars classes={state.answer.topK} />
            <Timing timings={state.answer.timings} roundTripMs={state.answer.roundTripMs} />
          </>
        )}
        <p class="actions">
          <CopyButton name={file.name} text={curl} />
          <button type="button" class="quiet" onClick={onRemove} aria-label={`Remove ${file.name}`}>
            remove
          </button>
        </p>
      </div>
    </li>
  );
}
