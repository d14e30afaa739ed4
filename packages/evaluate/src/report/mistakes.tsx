import { describePicture } from '@saker/spec';
import type { JSX } from 'preact';
import { clip, percent, plural, visible } from './format.js';
import type { PicturedMistake } from './thumbnails.js';

function Card({ mistake }: { mistake: PicturedMistake }): JSX.Element {
  const name = visible(mistake.name);
  const [truth, predicted] = [visible(mistake.truth), visible(mistake.predicted)];
  return (
    <li>
      <figure class="card">
        <div class="photo">
          {mistake.picture ? (
            <img src={mistake.picture} alt={`${truth}, taken for ${predicted}: ${name}`} />
          ) : (
            <span class="gone">picture not readable any more</span>
          )}
        </div>
        <figcaption>
          <span class="pair">
            <span class="tag bad">
              <bdi>{predicted}</bdi> <b>{percent(mistake.confidence, 0)}</b>
            </span>
            <span class="tag good">
              <bdi>{truth}</bdi> <b>{percent(mistake.trueConfidence, 0)}</b>
            </span>
          </span>
          <span class="name" title={name}>
            <bdi>{clip(name, 44, 'start')}</bdi>
          </span>
        </figcaption>
      </figure>
    </li>
  );
}

/** The most confident wrong predictions as pictures. */
export function Mistakes({
  mistakes,
  total,
}: {
  mistakes: readonly PicturedMistake[];
  total: number;
}): JSX.Element {
  return (
    <section aria-labelledby="h-mistakes">
      <h2 id="h-mistakes">Worst mistakes</h2>
      {total === 0 ? (
        <p>There are none: every picture got its true label.</p>
      ) : (
        <>
          <p>
            {total > mistakes.length
              ? `The ${mistakes.length} most confident of ${plural(total, 'wrong prediction')}.`
              : `${plural(total, 'wrong prediction')}, the most confident first.`}{' '}
            <span class="tag bad">predicted</span> <span class="tag good">true class</span>, each with the
            probability the model gave it. A confident mistake is often a wrong label in the data.
          </p>
          <ul class="cards">
            {mistakes.map((mistake) => (
              <Card key={describePicture(mistake)} mistake={mistake} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
