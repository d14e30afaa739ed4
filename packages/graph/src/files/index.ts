/** @saker/graph/files: one process at a time for a file, also across machines. */
export { type LockState, readLock, removeLeftOver, tryLock } from './file-lock.js';
