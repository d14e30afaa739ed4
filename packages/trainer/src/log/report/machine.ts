import { arch, cpus, platform, totalmem } from 'node:os';
import { duration, SAKER_VERSION } from '@saker/spec';
import type { CallbackContext } from '../../callbacks/callback.js';

/** What a run took and ran on: names and values. `seconds`: since this process took it up. */
export function machineFacts(
  { config, history, worldSize }: CallbackContext,
  startedAt: Date,
  seconds: number,
): [name: string, value: string][] {
  const processors = cpus();
  const inEpochs = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const waited = history.reduce((sum, epoch) => sum + epoch.loaderWait, 0) / Math.max(1, history.length);
  return [
    ['started', startedAt.toISOString().replace(/T(\d\d:\d\d).*Z$/, ' $1 UTC')],
    ['time in epochs', duration(inEpochs)],
    ['time of this process', duration(seconds)],
    ['loader wait', `${(100 * waited).toFixed(1)}% of the training time`],
    ['device', config.device],
    ['threads', `${config.threads}${worldSize > 1 ? ` in each of ${worldSize} processes` : ''}`],
    ['processor', `${processors[0]?.model.trim() || 'unknown'}, ${processors.length} threads`],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['system', `${platform()} ${arch()}`],
    ['versions', `Saker ${SAKER_VERSION}, Node.js ${process.version}`],
  ];
}
