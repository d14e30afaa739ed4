import type { JSX } from 'preact';
import type { ModelChoice } from '../api.js';

export interface SettingsProps {
  readonly models: readonly ModelChoice[];
  readonly model: ModelChoice | null;
  readonly topK: number;
  readonly apiKey: string;
  readonly askForKey: boolean;
  readonly onModel: (model: ModelChoice) => void;
  readonly onTopK: (topK: number) => void;
  readonly onKey: (key: string) => void;
}

const TOP_K = [1, 3, 5, 10];
const nameOf = ({ name, version }: ModelChoice): string => (version ? `${name}, version ${version}` : name);

/** Which model, how many classes, and the key where the server wants one. */
export function Settings(props: SettingsProps): JSX.Element {
  const { models, model, topK } = props;
  const picked = models.findIndex((m) => m.name === model?.name && m.version === model.version);
  return (
    <form class="settings" onSubmit={(event) => event.preventDefault()}>
      {models.length > 1 && (
        <label>
          Model{' '}
          <select
            value={String(picked)}
            onChange={(event) => {
              const choice = models[Number(event.currentTarget.value)];
              if (choice) props.onModel(choice);
            }}
          >
            {models.map((choice, i) => (
              <option key={nameOf(choice)} value={String(i)}>
                {nameOf(choice)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        Classes shown{' '}
        <select value={String(topK)} onChange={(event) => props.onTopK(Number(event.currentTarget.value))}>
          {TOP_K.map((k) => (
            <option key={k} value={String(k)}>
              {k}
            </option>
          ))}
        </select>
      </label>
      {props.askForKey && (
        <label>
          API key{' '}
          <input
            type="password"
            autocomplete="off"
            value={props.apiKey}
            onChange={(event) => props.onKey(event.currentTarget.value.trim())}
          />
        </label>
      )}
    </form>
  );
}
