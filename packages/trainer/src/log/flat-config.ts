import type { ResolvedConfig } from '../config/resolve.js';

/** A configuration as names and plain values, lists and objects as JSON; what is null or open is left out. */
export function flatConfig(config: ResolvedConfig): Record<string, number | string | boolean> {
  const flat: Record<string, number | string | boolean> = {};
  for (const [name, value] of Object.entries(config) as [string, unknown][]) {
    if (value === null || value === undefined) continue;
    flat[name] =
      typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
        ? value
        : JSON.stringify(value);
  }
  return flat;
}
