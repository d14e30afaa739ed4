import type { ErrorJson } from '@saker/spec';
import type { Dispatcher } from '../callbacks/dispatcher.js';
import type { RunData } from '../data.js';

/** Pictures that turned out unreadable: each is told, and counted, once. */
export class Rejections {
  constructor(
    private readonly data: RunData,
    private readonly dispatcher: Dispatcher,
  ) {}

  add(path: string, error: ErrorJson, during: 'train' | 'validate'): void {
    if (this.data.rejected.some((known) => known.path === path)) return;
    this.data.rejected.push({ path, error });
    this.dispatcher.post({ type: 'sample-rejected', path, error, during });
  }
}
