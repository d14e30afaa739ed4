import type { JSX } from 'preact';
import type { RankedClass } from '../api.js';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The most probable classes, as text and as bars. */
export function Bars({ classes }: { classes: readonly RankedClass[] }): JSX.Element {
  return (
    <ol class="bars">
      {classes.map(({ label, index, confidence }) => (
        <li key={index}>
          <span class="label">{label}</span>
          <span class="share">{percent(confidence)}</span>
          <span class="bar" aria-hidden="true">
            <span style={{ width: `${confidence * 100}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}
