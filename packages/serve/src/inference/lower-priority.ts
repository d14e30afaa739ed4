import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/** As `nice -n 5`: a third of the weight of a thread that was not lowered. */
const INCREMENT = 5;

/**
 * Lets the thread that answers sockets go before this one, and before those of ONNX Runtime that this one starts, where
 * they share a core: whoever is to be refused at overload would otherwise wait for others' inference. What the cores can do
 * is the same. On Linux, whose threads have priorities of their own; elsewhere nothing happens.
 */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    // PID/task/TID
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, Math.min(constants.priority.PRIORITY_LOW, getPriority(thread) + INCREMENT));
  } catch {
    // No /proc, or a sandbox that forbids it: priorities stay as they are.
  }
}
