/** The models of a server: one file, or a folder of models and versions that is looked at again and again. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type ModelMetadata, SakerError } from '@saker/spec';
import type { TaskInput } from '../inference/messages.js';
import type { PoolState, SubmitOptions } from '../inference/pool.js';
import type { PoolObserver } from '../inference/statistics.js';
import type { ResolvedLimits } from '../options.js';
import { DEFAULT_CONFIG, type ModelConfig, modelConfigSchema, parseConfig } from './config.js';
import { type FoundModel, look, scanRepository } from './layout.js';
import type { LoadedVersion } from './loaded-version.js';
import {
  type Answer,
  type ModelLog,
  ServedModel,
  type VersionStatus,
  type WantedVersion,
} from './served-model.js';
import { watchFolder } from './watch.js';

export interface RepositoryOptions {
  /** An .onnx file, its bytes, or a repository folder. */
  readonly model: string | Uint8Array;
  /** Name of the one model of a file; default: the file's without .onnx, or "model". */
  readonly name?: string;
  /** Labels and pipeline for a file that carries none. */
  readonly metadata?: ModelMetadata;
  readonly limits: ResolvedLimits;
  /** Configurations by model, over those in the repository. */
  readonly configs?: Readonly<Record<string, ModelConfig>>;
  /** Whether changes of the files are taken up. */
  readonly watch: boolean;
  readonly log: ModelLog;
  readonly observe?: (name: string, version: string) => PoolObserver;
}

type Found = ReadonlyMap<string, FoundModel>;

/** Inference by model name and version. Looks up what answers at the moment of use, so that a reload drops nothing. */
export class ModelRepository {
  /** Settles when all that was there at the start has loaded; rejects when nothing of it could. */
  readonly started: Promise<void>;
  /** Settles when the first look is done and the workers of what was found have been started, or nothing could be. */
  readonly begun: Promise<void>;
  #begin!: () => void;
  readonly #models = new Map<string, ServedModel>();
  /** Not loaded again by a look at the folder until somebody asks. */
  readonly #unloaded = new Set<string>();
  readonly #folder: string | null;
  #stopWatching: (() => void) | null = null;
  #work: Promise<void> = Promise.resolve();
  #settled = false;
  #draining = false;
  #admitted = 0;
  #onEmpty: (() => void) | null = null;

  /** @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ for a path that is not there or a file that cannot be read. */
  constructor(private readonly options: RepositoryOptions) {
    const { model } = options;
    const isFolder = typeof model === 'string' && statSync(model, { throwIfNoEntry: false })?.isDirectory();
    if (typeof model === 'string' && !existsSync(model))
      throw new SakerError('E_FILE_NOT_FOUND', { file: model });
    this.#folder = isFolder ? model : null;
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.started = this.#start();
    this.started.catch(() => undefined).finally(this.#begin);
  }

  /** Every version known, ready or not. */
  list(): VersionStatus[] {
    return [...this.#models.values()].flatMap((model) => model.status());
  }

  names(): string[] {
    return [...this.#models.keys()].sort();
  }

  /** The name of the only model; null when there are several or none. */
  get onlyName(): string | null {
    const names = this.names();
    return names.length === 1 ? (names[0] as string) : null;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** True once all that was there at the start has loaded or failed, and something answers. */
  get ready(): boolean {
    return this.#settled && this.#loaded().some(({ pool }) => pool.state().ready > 0);
  }

  /** Of all models together. */
  state(): PoolState {
    const sum = { workers: 0, ready: 0, waiting: 0, running: 0 };
    for (const { pool } of this.#loaded()) {
      const state = pool.state();
      sum.workers += state.workers;
      sum.ready += state.ready;
      sum.waiting += state.waiting;
      sum.running += state.running;
    }
    return sum;
  }

  /**
   * A model by its name; without one, the only model.
   * @throws SakerError E_MODEL_UNKNOWN; E_NOT_READY while the first ones load; E_ARG_INVALID when a name is needed.
   */
  model(name?: string): ServedModel {
    const wanted = name ?? this.onlyName;
    const found = wanted === null ? undefined : this.#models.get(wanted);
    if (found) return found;
    if (!this.#settled) throw new SakerError('E_NOT_READY');
    const available = this.names().join(', ') || 'none';
    if (wanted === null && this.#models.size > 0)
      throw new SakerError('E_ARG_INVALID', {
        name: 'model',
        expected: `one of ${available}`,
        received: 'none',
      });
    throw new SakerError('E_MODEL_UNKNOWN', { name: wanted ?? 'anything', available });
  }

  /** What answers for a name and version. @throws SakerError as `model`; E_MODEL_UNKNOWN, E_NOT_READY. */
  get(name?: string, version?: string): LoadedVersion {
    return this.model(name).get(version);
  }

  /**
   * Lets a request in before its body is read, so that a refusal costs nothing. What was let in is waited for when the
   * server drains.
   * @returns to be called when the request has been answered or its client has gone.
   * @throws SakerError E_SHUTTING_DOWN, E_OVERLOADED; as `get`.
   */
  admit(name?: string, version?: string): () => void {
    this.checkOpen();
    const refusal = this.get(name, version).pool.refusal();
    if (refusal) throw refusal;
    this.#admitted += 1;
    return () => {
      this.#admitted -= 1;
      if (this.#admitted === 0) this.#onEmpty?.();
    };
  }

  /** @throws SakerError E_SHUTTING_DOWN once the server drains. */
  checkOpen(): void {
    if (this.#draining) throw new SakerError('E_SHUTTING_DOWN');
  }

  /** Runs the items. @throws SakerError as `get` and `InferencePool.submit`. */
  async infer(
    { name, version }: { readonly name?: string; readonly version?: string },
    inputs: readonly TaskInput[],
    options: SubmitOptions,
  ): Promise<Answer> {
    return this.model(name).infer(inputs, options, version);
  }

  /** Loads a model, or loads it again although its files have not changed. @throws SakerError E_MODEL_UNKNOWN; what keeps it from loading. */
  async load(name: string): Promise<void> {
    this.#unloaded.delete(name);
    await this.#inTurn(() => this.#sync(name, true));
    const model = this.#models.get(name);
    if (!model)
      throw new SakerError('E_MODEL_UNKNOWN', { name, available: this.names().join(', ') || 'none' });
    const failed = model.status().find(({ reason }) => reason !== '');
    if (failed && (model.ready().length === 0 || failed.state === 'READY'))
      throw new SakerError('E_MODEL_LOAD', { name, version: failed.version, detail: failed.reason });
  }

  /** Ends a model; its requests in flight are finished. It stays ended until it is loaded by name. */
  async unload(name: string): Promise<void> {
    const model = this.model(name);
    this.#unloaded.add(name);
    await this.#inTurn(async () => model.unload());
  }

  /** From now on new work is refused with E_SHUTTING_DOWN; what was accepted goes on. */
  drain(): void {
    this.#draining = true;
    for (const model of this.#models.values()) model.drain();
  }

  /** Drains for up to `drainMs`, then ends all workers. */
  async close(drainMs: number): Promise<void> {
    this.#stopWatching?.();
    this.drain();
    if (this.#admitted > 0 && drainMs > 0) {
      const empty = new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, drainMs);
      });
      await Promise.race([empty, late]);
      clearTimeout(timer);
    }
    await Promise.all([...this.#models.values()].map((model) => model.close(drainMs)));
  }

  #loaded(): LoadedVersion[] {
    return [...this.#models.values()].flatMap((model) => model.ready());
  }

  async #start(): Promise<void> {
    await this.#inTurn(() => this.#sync());
    this.#settled = true;
    if (this.#draining) throw new SakerError('E_SHUTTING_DOWN');
    const { model, watch, log } = this.options;
    if (this.#loaded().length === 0) {
      if (this.#failure) throw this.#failure;
      const detail = this.list()[0]?.reason ?? 'the folder holds none';
      throw new SakerError('E_REPOSITORY_EMPTY', { path: String(model), detail });
    }
    if (!watch || typeof model !== 'string') return;
    const look = (): void => {
      void this.#inTurn(() => this.#sync()).catch((thrown: unknown) =>
        log.error({ detail: SakerError.from(thrown).message }, 'the repository could not be read'),
      );
    };
    this.#stopWatching = watchFolder(model, () => this.#stamps(), look);
  }

  /** What the one file of a server lacks, as the error it is. */
  get #failure(): SakerError | null {
    return this.#folder === null ? ([...this.#models.values()][0]?.failure ?? null) : null;
  }

  /** Changes of the repository happen one after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(work);
    this.#work = turn.catch(() => undefined);
    return turn;
  }

  async #sync(only?: string, again = false): Promise<void> {
    if (this.#draining) return;
    const found = await this.#find();
    const names = new Set([...found.keys(), ...this.#models.keys()]);
    const syncs = [...names]
      .filter((name) => (only === undefined ? !this.#unloaded.has(name) : name === only))
      .map((name) => this.#syncModel(name, found.get(name), again));
    this.#begin();
    await Promise.all(syncs);
  }

  async #syncModel(name: string, found: FoundModel | undefined, again: boolean): Promise<void> {
    const { limits, log, observe } = this.options;
    let model = this.#models.get(name);
    if (!model) {
      const onWorkerDied = (error: SakerError): void =>
        log.error({ err: error.cause ?? error, code: error.code, model: name }, 'worker ended');
      model = new ServedModel(name, { limits, log, onWorkerDied, observer: observe });
      this.#models.set(name, model);
    }
    if (!found) {
      // The file of a one-file server that is being replaced is gone for a moment.
      if (this.#folder === null) return;
      this.#models.delete(name);
      model.unload();
      log.info({ model: name }, 'model gone');
      return;
    }
    const changed = this.#configure(model, found);
    const { metadata } = this.options;
    const wanted = [...found.versions].map(([version, { file, stamp }]): [string, WantedVersion] => [
      version,
      { name, version, model: this.#bytes ?? file, stamp, metadata },
    ]);
    await model.sync(new Map(wanted), again || changed);
  }

  get #bytes(): Uint8Array | null {
    return typeof this.options.model === 'string' ? null : this.options.model;
  }

  /** Takes up the model's configuration; true when a serving model's has changed. A bad one leaves the old in force. */
  #configure(model: ServedModel, found: FoundModel): boolean {
    const given = this.options.configs?.[found.name];
    const stamp = given ? 'given' : (found.config?.stamp ?? 'none');
    if (model.configStamp === stamp) return false;
    const first = model.configStamp === null;
    model.configStamp = stamp;
    try {
      model.configure(given ?? readConfig(found.config?.file));
      model.configError = '';
    } catch (thrown) {
      const error = SakerError.from(thrown);
      model.configError = error.message;
      this.options.log.error(
        { model: found.name, detail: error.message },
        'model configuration not taken up',
      );
      return false;
    }
    return !first;
  }

  async #find(): Promise<Found> {
    const { model, name } = this.options;
    if (this.#folder !== null) return scanRepository(this.#folder);
    const own = name ?? (typeof model === 'string' ? basename(model).replace(/\.onnx$/i, '') : 'model');
    const file = typeof model === 'string' ? await look(model) : { file: '', stamp: 'bytes' };
    if (!file && this.#models.size > 0) return new Map();
    const version = file ?? { file: String(model), stamp: '' };
    return new Map([[own, { name: own, versions: new Map([['1', version]]), config: null }]]);
  }

  /** All files and their stamps as one text: differs when something has changed. */
  async #stamps(): Promise<string> {
    const found = await this.#find();
    return JSON.stringify(
      [...found.values()].map(({ name, versions, config }) => [
        name,
        config?.stamp,
        [...versions].map(([v, { stamp }]) => [v, stamp]),
      ]),
    );
  }
}

function readConfig(file: string | undefined): ModelConfig {
  return file === undefined
    ? DEFAULT_CONFIG
    : parseConfig(modelConfigSchema, readFileSync(file, 'utf8'), file);
}
