/** Brings the events of a run to its listener and its callbacks, one after the other. */
import { SakerError } from '@saker/spec';
import type { EventListener, TrainEvent } from '../events.js';
import type { Callback, CallbackContext } from './callback.js';

/** The method of each event; the rest goes to `onEvent` alone. */
const METHODS = {
  'run-start': 'onRunStart',
  'phase-start': 'onPhaseStart',
  'epoch-start': 'onEpochStart',
  step: 'onStepEnd',
  'validate-end': 'onValidateEnd',
  'epoch-end': 'onEpochEnd',
  checkpoint: 'onCheckpoint',
  'train-end': 'onTrainEnd',
  error: 'onError',
  'run-end': 'onRunEnd',
} as const satisfies Partial<Record<TrainEvent['type'], keyof Callback>>;

function failure(name: string, where: string, thrown: unknown): SakerError {
  if (thrown instanceof SakerError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new SakerError('E_CALLBACK_FAILED', { name, where, detail }, { cause: thrown });
}

/** One callback with its own view of the run. */
export interface Attached {
  readonly callback: Callback;
  readonly context: CallbackContext;
}

/**
 * Events are delivered in the order in which they were sent, each to everybody before the next; an event that a callback
 * sends meanwhile waits its turn. The first failure is kept and thrown by the `emit` that is awaited next; who failed
 * hears nothing more.
 */
export class Dispatcher {
  private readonly queue: TrainEvent[] = [];
  private readonly broken = new Set<Callback>();
  private attached: readonly Attached[] = [];
  private draining: Promise<void> | null = null;
  private failed: SakerError | null = null;

  constructor(private readonly listener: EventListener | undefined) {}

  /** Sets who hears the events. */
  attach(attached: readonly Attached[]): void {
    this.attached = attached;
  }

  /** Sends an event and waits until it was delivered. Not to be awaited by callbacks. @throws what a callback threw. */
  async emit(event: TrainEvent): Promise<void> {
    this.post(event);
    await this.settled();
  }

  /** Sends an event without waiting. */
  post(event: TrainEvent): void {
    try {
      this.listener?.(event);
    } catch (thrown) {
      this.failed ??= failure('onEvent', event.type, thrown);
    }
    this.replay(event);
  }

  /** Sends callbacks an event that the listener has had. */
  replay(event: TrainEvent): void {
    this.queue.push(event);
    this.draining ??= this.drain();
  }

  /** Waits for all events sent so far. @throws what a callback threw. */
  async settled(): Promise<void> {
    await this.draining;
    const { failed } = this;
    this.failed = null;
    if (failed) throw failed;
  }

  private async drain(): Promise<void> {
    for (let event = this.queue.shift(); event; event = this.queue.shift()) await this.deliver(event);
    this.draining = null;
  }

  private async deliver(event: TrainEvent): Promise<void> {
    const method = METHODS[event.type as keyof typeof METHODS] as keyof typeof METHODS | undefined;
    for (const { callback, context } of this.attached) {
      if (this.broken.has(callback)) continue;
      let where = 'onEvent';
      try {
        const all = callback.onEvent?.(event, context);
        if (all) await all;
        if (!method) continue;
        where = method;
        const own = (
          callback[method as 'onRunStart'] as ((e: TrainEvent, c: CallbackContext) => unknown) | undefined
        )?.call(callback, event, context);
        if (own instanceof Promise) await own;
      } catch (thrown) {
        this.broken.add(callback);
        this.failed ??= failure(callback.name, where, thrown);
      }
    }
  }
}
