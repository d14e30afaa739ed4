/** One model of the repository: its versions, and which of them answers. */
import { SakerError } from '@saker/spec';
import type { TaskInput } from '../inference/messages.js';
import type { SubmitOptions } from '../inference/pool.js';
import type { TaskResult } from '../inference/task.js';
import type { ModelState } from '../oip/served-models.js';
import { DEFAULT_CONFIG, type ModelConfig } from './config.js';
import {
  type LoadedVersion,
  resized,
  startVersion,
  type VersionOptions,
  type VersionSource,
} from './loaded-version.js';
import { type Trial, TrialTraffic } from './traffic.js';
import { byNumber, wantedVersions } from './versions.js';

/** A version's file as it should be served. */
export interface WantedVersion extends VersionSource {
  /** Changes when the file does. */
  readonly stamp: string;
}

interface Entry {
  /** What answers; a version stays here while its successor loads, and when that fails. */
  loaded: LoadedVersion | null;
  /** Stamp of the file last looked at, good or bad. */
  stamp: string;
  state: ModelState;
  reason: string;
}

export interface VersionStatus {
  readonly name: string;
  readonly version: string;
  readonly state: ModelState;
  /** Why it is not ready, or what is wrong with the file that came after it; empty when nothing is. */
  readonly reason: string;
}

/** What the model tells the log. */
export interface ModelLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Answer {
  readonly version: string;
  readonly labels: readonly string[];
  readonly results: readonly TaskResult[];
}

export class ServedModel {
  config: ModelConfig = DEFAULT_CONFIG;
  /** Which configuration was looked at last; null before the first. */
  configStamp: string | null = null;
  /** What is wrong with it; empty when nothing is. */
  configError = '';
  /** What kept a version from loading last. */
  failure: SakerError | null = null;
  readonly #entries = new Map<string, Entry>();
  readonly #retiring = new Set<Promise<void>>();
  #canary: TrialTraffic | null = null;
  #shadow: TrialTraffic | null = null;
  #closed = false;

  constructor(
    readonly name: string,
    private readonly options: Omit<VersionOptions, 'config' | 'observer'> & {
      readonly observer?: (name: string, version: string) => VersionOptions['observer'];
      readonly log: ModelLog;
    },
  ) {}

  configure(config: ModelConfig): void {
    this.config = config;
    const trial = (kind: 'canary' | 'shadow'): TrialTraffic | null => {
      const wanted = config[kind];
      if (!wanted) return null;
      return new TrialTraffic(wanted.version, wanted.weight, config.rollback, (reason) =>
        this.options.log.error({ model: this.name, version: wanted.version, reason }, `${kind} rolled back`),
      );
    };
    this.#canary = trial('canary');
    this.#shadow = trial('shadow');
  }

  /**
   * Makes what is served what should be: loads what is there and changed, then ends what is gone. Settles when all that
   * load have succeeded or failed; failures are in `status()`.
   * @param again loads also what has not changed.
   */
  async sync(there: ReadonlyMap<string, WantedVersion>, again = false): Promise<void> {
    const wanted = wantedVersions(there.keys(), this.config);
    await Promise.all(wanted.map((version) => this.#load(there.get(version) as WantedVersion, again)));
    const good = wanted.some((version) => this.#entries.get(version)?.loaded);
    for (const [version, entry] of this.#entries) {
      if (wanted.includes(version)) continue;
      // A newer version that does not load must not end the one that answers.
      if (entry.loaded && !good && there.size > 0) continue;
      this.#entries.delete(version);
      this.#retire(entry.loaded);
    }
  }

  /** Ends every version; requests in flight are finished. */
  unload(): void {
    for (const entry of this.#entries.values()) {
      this.#retire(entry.loaded);
      Object.assign(entry, { loaded: null, state: 'UNAVAILABLE', reason: 'unloaded', stamp: '' });
    }
  }

  status(): VersionStatus[] {
    return byNumber(this.#entries.keys()).map((version) => {
      const { state, reason, loaded } = this.#entries.get(version) as Entry;
      const trials = [this.#canary, this.#shadow].filter((trial) => trial?.version === version);
      const back = trials.map((trial) => trial?.rolledBack).find((why) => why);
      const why = back ? `rolled back: ${back}` : reason || this.configError;
      return { name: this.name, version, state: loaded ? 'READY' : state, reason: why };
    });
  }

  /** Versions that answer, ascending. */
  ready(): LoadedVersion[] {
    return byNumber(this.#entries.keys()).flatMap((version) => this.#entries.get(version)?.loaded ?? []);
  }

  /**
   * The version asked for, or the one that is served by default: the greatest that is not on trial.
   * @throws SakerError E_MODEL_UNKNOWN, E_NOT_READY.
   */
  get(version?: string): LoadedVersion {
    if (version !== undefined) {
      const entry = this.#entries.get(version);
      if (entry?.loaded) return entry.loaded;
      if (entry?.state === 'LOADING') throw new SakerError('E_NOT_READY');
      throw this.#unknown(version);
    }
    const ready = this.ready();
    const trials = [this.#canary?.version, this.#shadow?.version];
    const pick = ready.filter((one) => !trials.includes(one.version)).at(-1) ?? ready.at(-1);
    if (pick) return pick;
    if (this.status().some(({ state }) => state === 'LOADING')) throw new SakerError('E_NOT_READY');
    throw this.#unknown();
  }

  /**
   * Runs the items in the version asked for; without one, canary and shadow get their share. A canary that fails costs
   * nothing but time: the default version answers then.
   * @throws SakerError as `get` and `InferencePool.submit`.
   */
  async infer(inputs: readonly TaskInput[], options: SubmitOptions, version?: string): Promise<Answer> {
    if (version !== undefined) return this.#run(this.get(version), inputs, options);
    const canary = this.#canary;
    if (canary?.take()) {
      const answer = await this.#tryCanary(canary, inputs, options);
      if (answer) return answer;
    }
    const started = performance.now();
    // Looked up at the moment it is used: what was chosen earlier may have been replaced since.
    const answer = await this.#run(this.get(), inputs, options);
    const ms = performance.now() - started;
    canary?.noteBaseline(ms);
    const shadow = this.#shadow;
    shadow?.noteBaseline(ms);
    if (shadow?.take()) void this.#runShadow(shadow, inputs, answer);
    return answer;
  }

  async close(drainMs: number): Promise<void> {
    this.#closed = true;
    const closing = this.ready().map(({ pool }) => pool.close(drainMs));
    await Promise.all([...closing, ...this.#retiring]);
  }

  drain(): void {
    for (const { pool } of this.ready()) pool.drain();
  }

  async #run(
    { version, pool }: LoadedVersion,
    inputs: readonly TaskInput[],
    options: SubmitOptions,
  ): Promise<Answer> {
    const results = await pool.submit(inputs, options);
    return { version, labels: pool.info?.labels ?? [], results };
  }

  async #tryCanary(
    canary: TrialTraffic,
    inputs: readonly TaskInput[],
    options: SubmitOptions,
  ): Promise<Answer | null> {
    const loaded = this.#entries.get(canary.version)?.loaded;
    if (!loaded) return null;
    const started = performance.now();
    const answer = await this.#run(loaded, inputs, options).catch((thrown: unknown) => {
      if (options.signal?.aborted) throw thrown;
      return null;
    });
    const failed = answer === null || answer.results.some(({ outcome }) => isFault(outcome));
    canary.note({ failed, ms: performance.now() - started });
    return failed ? null : answer;
  }

  async #runShadow(shadow: TrialTraffic, inputs: readonly TaskInput[], primary: Answer): Promise<void> {
    const loaded = this.#entries.get(shadow.version)?.loaded;
    if (!loaded) return;
    // Behind everything that somebody waits for.
    const options = { topK: 1, probabilities: false, priority: Number.MAX_SAFE_INTEGER };
    const started = performance.now();
    const answer = await this.#run(loaded, inputs, options).catch(() => null);
    const ms = performance.now() - started;
    shadow.note(answer ? compare(primary, answer, ms) : { failed: true, ms });
  }

  async #load(wanted: WantedVersion, again: boolean): Promise<void> {
    const { version, stamp } = wanted;
    const entry = this.#entries.get(version) ?? { loaded: null, stamp: '', state: 'LOADING', reason: '' };
    if (entry.stamp === stamp && !again) return;
    this.#entries.set(version, entry);
    Object.assign(entry, { stamp, state: 'LOADING', reason: entry.loaded ? entry.reason : '' });
    const { log, observer, ...options } = this.options;
    let next: LoadedVersion | null = null;
    try {
      const all = { ...options, config: this.config, observer: observer?.(this.name, version) };
      next = startVersion(wanted, all);
      await next.pool.started;
      const size = resized(next, all);
      if (size) {
        // Its memory first: the new workers bring copies of the weights too.
        await next.pool.close();
        next = startVersion(wanted, all, size);
        await next.pool.started;
      }
    } catch (thrown) {
      const error = SakerError.from(thrown);
      this.failure = error;
      entry.state = 'UNAVAILABLE';
      entry.reason = error.message;
      log.error({ model: this.name, version, code: error.code, detail: error.message }, 'model not loaded');
      await next?.pool.close();
      return;
    }
    const before = entry.loaded;
    if (this.#closed) return next.pool.close();
    Object.assign(entry, { loaded: next, state: 'READY', reason: '' });
    log.info({ model: this.name, version, hash: next.hash, ...next.size }, 'model loaded');
    this.#retire(before);
  }

  /** Ends a version that nobody is sent to any more, when its last request is answered. */
  #retire(loaded: LoadedVersion | null): void {
    if (!loaded) return;
    const ending = loaded.pool.close(this.options.limits.timeoutMs);
    this.#retiring.add(ending);
    void ending.finally(() => this.#retiring.delete(ending));
  }

  #unknown(version?: string): SakerError {
    const name = version === undefined ? this.name : `${this.name} version ${version}`;
    const available = this.ready().map((one) => `${this.name} version ${one.version}`);
    const reason = this.status().find((one) => one.version === version || version === undefined)?.reason;
    return new SakerError('E_MODEL_UNKNOWN', {
      name,
      available: available.join(', ') || (reason ? `none (${reason})` : 'none'),
    });
  }
}

function isFault(outcome: TaskResult['outcome']): boolean {
  return !outcome.ok && new SakerError(outcome.error.code, outcome.error.params).httpStatus >= 500;
}

function compare(primary: Answer, other: Answer, ms: number): Trial {
  const failed = other.results.some(({ outcome }) => isFault(outcome));
  const agrees = primary.results.every(({ outcome: a }, i) => {
    const b = other.results[i]?.outcome;
    return a.ok && b?.ok ? a.label === b.label : true;
  });
  return { failed, ms, agrees };
}
