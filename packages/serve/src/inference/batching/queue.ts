/** The line in front of the workers: levels of urgency, each with Triton's queue policy. */
import { SakerError } from '@saker/spec';
import type { Task } from '../task.js';
import type { BatchingOptions, QueuePolicy } from './options.js';

interface Level {
  readonly policy: QueuePolicy;
  /** In order of arrival; a Set gives up a client's items from the middle in constant time. */
  readonly waiting: Set<Task>;
  /** Those that waited too long under DELAY; they come after all that have not. */
  readonly late: Set<Task>;
}

export class TaskQueue {
  readonly #levels: readonly Level[];
  readonly #defaultLevel: number;
  /** Lost by a worker that ended: they have waited longest, and come first and alone. */
  readonly #again: Task[] = [];
  #size = 0;

  constructor(options: BatchingOptions) {
    const count = Math.max(1, options.priority_levels);
    this.#levels = Array.from({ length: count }, (_, i) => ({
      policy: options.priority_queue_policy[String(i + 1)] ?? options.default_queue_policy,
      waiting: new Set(),
      late: new Set(),
    }));
    const { default_priority_level: given } = options;
    this.#defaultLevel = given >= 1 && given <= count ? given : Math.ceil(count / 2);
  }

  get size(): number {
    return this.#size;
  }

  /** The level of a request by the priority it asks for; the default for none and for one that does not exist. */
  levelOf(priority?: number): number {
    const known = priority !== undefined && priority >= 1 && priority <= this.#levels.length;
    return known ? priority : this.#defaultLevel;
  }

  /** Milliseconds that a request of the level may wait, given its own wish; Infinity without a limit. */
  timeoutMs(level: number, wishMs?: number): number {
    const { default_timeout_microseconds: us, allow_timeout_override } = this.#at(level).policy;
    const own = us > 0 ? us / 1000 : Number.POSITIVE_INFINITY;
    return wishMs !== undefined && allow_timeout_override ? Math.min(own, wishMs) : own;
  }

  /** False when the level would hold more than its max_queue_size. */
  hasRoom(level: number, count: number): boolean {
    const { policy, waiting, late } = this.#at(level);
    return policy.max_queue_size === 0 || waiting.size + late.size + count <= policy.max_queue_size;
  }

  add(task: Task): void {
    this.#at(task.options.level).waiting.add(task);
    this.#size += 1;
  }

  /** Takes back what a worker lost. */
  putBack(task: Task): void {
    this.#again.push(task);
    this.#size += 1;
  }

  delete(task: Task): void {
    const { waiting, late } = this.#at(task.options.level);
    const at = this.#again.indexOf(task);
    if (at >= 0) this.#again.splice(at, 1);
    if (at >= 0 || waiting.delete(task) || late.delete(task)) this.#size -= 1;
  }

  /** When the item that is next was put in line; Infinity when nothing waits, 0 for one that must not wait more. */
  get oldestAt(): number {
    if (this.#again.length > 0) return 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const { waiting, late } of this.#levels) {
      for (const set of [waiting, late]) {
        const [first] = set;
        if (first) oldest = Math.min(oldest, first.queuedAt);
      }
    }
    return oldest;
  }

  /** The next items, most urgent first; one alone after a loss, so that what ends workers takes no neighbours along. */
  take(most: number, now: number): Task[] {
    this.expire(now);
    const again = this.#again.shift();
    if (again) {
      this.#size -= 1;
      return [again];
    }
    const taken: Task[] = [];
    for (const pick of ['waiting', 'late'] as const) {
      for (const level of this.#levels) {
        for (const task of level[pick]) {
          if (taken.length === most) break;
          level[pick].delete(task);
          taken.push(task);
        }
      }
    }
    this.#size -= taken.length;
    return taken;
  }

  /** Applies the timeout action to all that have waited too long. */
  expire(now: number): void {
    for (const { policy, waiting, late } of this.#levels) {
      for (const task of waiting) {
        if (task.options.expiresAt > now) continue;
        waiting.delete(task);
        if (policy.timeout_action === 'DELAY') {
          late.add(task);
          continue;
        }
        this.#size -= 1;
        const limit = Math.round(task.options.expiresAt - task.queuedAt);
        task.fail(new SakerError('E_TIMEOUT', { what: 'Waiting for a worker', limit }));
      }
    }
  }

  #at(level: number): Level {
    return this.#levels[level - 1] as Level;
  }
}
