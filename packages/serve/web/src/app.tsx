import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { listModels, type ModelChoice, predictUrl } from './api.js';
import { Camera } from './components/camera.js';
import { Card } from './components/card.js';
import { DropZone } from './components/drop-zone.js';
import { Settings } from './components/settings.js';
import { curlCommand } from './curl.js';
import { type Picture, type PictureState, sendAll } from './pictures.js';

const DEFAULT_TOP_K = 5;
let nextId = 1;

const WAITING: PictureState = { kind: 'waiting' };

/** What a screen reader is told of the pictures as a whole. */
function progressOf(pictures: readonly Picture[]): string {
  if (pictures.length === 0) return '';
  const waiting = pictures.filter((p) => p.state.kind === 'waiting').length;
  const failed = pictures.filter((p) => p.state.kind === 'failed').length;
  const done = `${pictures.length - waiting} of ${pictures.length} pictures answered`;
  return failed > 0 ? `${done}, ${failed} of them with an error` : done;
}

export function App(): JSX.Element {
  const [pictures, setPictures] = useState<readonly Picture[]>([]);
  const [models, setModels] = useState<readonly ModelChoice[]>([]);
  const [model, setModel] = useState<ModelChoice | null>(null);
  const [topK, setTopK] = useState(DEFAULT_TOP_K);
  const [key, setKey] = useState('');
  const [askForKey, setAskForKey] = useState(false);
  const [camera, setCamera] = useState(false);
  const running = useRef(new AbortController());

  useEffect(() => {
    void listModels(key).then((list) => {
      setModels(list);
      setModel((now) => now ?? list[0] ?? null);
    });
  }, [key]);

  const tell = useCallback((id: number, state: PictureState): void => {
    if (state.kind === 'failed' && state.problem.needsKey) setAskForKey(true);
    setPictures((all) => all.map((p) => (p.id === id ? { ...p, state } : p)));
  }, []);
  const send = useCallback(
    (which: readonly Picture[], options: { model: ModelChoice | null; topK: number; key: string }): void => {
      void sendAll(which, options, running.current.signal, tell);
    },
    [tell],
  );
  const add = useCallback(
    (files: File[]): void => {
      const fresh = files.map((file) => ({
        ...{ id: nextId++, file, url: URL.createObjectURL(file), state: WAITING },
      }));
      setPictures((all) => [...fresh, ...all]);
      send(fresh, { model, topK, key });
    },
    [send, model, topK, key],
  );
  /** Settings changed: every picture is asked about again. */
  const again = (options: { model: ModelChoice | null; topK: number; key: string }): void => {
    running.current.abort();
    running.current = new AbortController();
    const waiting = pictures.map((p) => ({ ...p, state: WAITING }));
    setPictures(waiting);
    send(waiting, options);
  };
  const remove = (gone: readonly Picture[]): void => {
    for (const { url } of gone) URL.revokeObjectURL(url);
    setPictures((all) => all.filter((p) => !gone.includes(p)));
  };

  return (
    <>
      <header>
        <h1>Saker</h1>
        <p class="model">{model ? model.name : 'image classification'}</p>
      </header>
      <main>
        <DropZone onFiles={add} onCamera={() => setCamera(true)} />
        {camera && <Camera onPicture={(file) => add([file])} onClose={() => setCamera(false)} />}
        <Settings
          {...{ models, model, topK, askForKey }}
          apiKey={key}
          onModel={(choice) => {
            setModel(choice);
            again({ model: choice, topK, key });
          }}
          onTopK={(k) => {
            setTopK(k);
            again({ model, topK: k, key });
          }}
          onKey={(k) => {
            setKey(k);
            again({ model, topK, key: k });
          }}
        />
        <p class="progress" role="status" aria-live="polite">
          {progressOf(pictures)}
        </p>
        {pictures.length > 0 && (
          <section aria-label="Pictures">
            <h2>
              Pictures{' '}
              <button
                type="button"
                class="quiet"
                onClick={() => {
                  running.current.abort();
                  running.current = new AbortController();
                  remove(pictures);
                }}
              >
                remove all
              </button>
            </h2>
            <ul class="cards">
              {pictures.map((picture) => (
                <Card
                  key={picture.id}
                  picture={picture}
                  curl={curlCommand(picture, predictUrl(models.length > 1 ? model : null, topK), key !== '')}
                  onRemove={() => remove([picture])}
                />
              ))}
            </ul>
          </section>
        )}
      </main>
      <footer>
        <p>
          Pictures go to this server and nowhere else. <a href="docs">API reference</a>
        </p>
      </footer>
    </>
  );
}
