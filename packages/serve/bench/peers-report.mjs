/** What peers.mjs says of its rows. */

import { printRows } from './rows.mjs';

/** Ratios of medians, each with its bar; those whose rows are not there are left out. */
export function ratios(summary, connections) {
  const found = [];
  const bar = (name, value, holds, wanted) =>
    Number.isFinite(value) && found.push({ name, value, wanted, holds: holds(value) });
  const at = (key, column) => summary[key]?.[column]?.median ?? Number.NaN;
  const names = new Set(
    Object.keys(summary)
      .map((key) => key.split(', ')[0])
      .filter((name) => name.startsWith('saker')),
  );
  for (const name of names) {
    for (const count of connections) {
      const [own, peer] = [`${name}, ${count} connections`, `peer, ${count} connections`];
      const ratio = (column) => at(own, column) / at(peer, column);
      bar(`${own}: requests/s over the peer's`, ratio('requestsPerSecond'), (v) => v >= 1.5, '>= 1.5');
      bar(`${own}: p99 over the peer's`, ratio('p99Ms'), (v) => v <= 1, '<= 1');
      bar(`${own}: CPU over the floor`, at(own, 'cpuMs') / at('floor', 'cpuMs'), (v) => v <= 1.15, '<= 1.15');
      bar(`${own}: CPU over the peer's`, ratio('cpuMs'), (v) => v <= 1, '<= 1');
    }
    bar(`${name}: p99 over p50 at 70 %`, at(`${name}, 70 %`, 'p99OverP50'), (v) => v <= 3, '<= 3');
    bar(`${name}: ms to ready`, at(`${name}, ready`, 'readyMs'), (v) => v < 1000, '< 1000');
  }
  return found;
}

export function print({ machine, rounds, seconds, summary, ratios: all }) {
  console.log(
    `${machine.cpu}, ${machine.cores} cores, node ${machine.node}, load average ${machine.loadAverage.toFixed(1)}; ` +
      `${rounds} rounds of ${seconds} s: median (least to greatest)`,
  );
  printRows(summary);
  console.log('ratios of medians');
  for (const { name, value, wanted, holds } of all)
    console.log(`  ${holds ? 'holds' : 'MISSED'}  ${name}: ${value.toFixed(2)} (${wanted})`);
}
