/** Which versions of a model are served, by Triton's version policy. */
import type { ModelConfig } from './config.js';

/** Version numbers as text, in ascending order. */
export function byNumber(versions: Iterable<string>): string[] {
  return [...versions].sort((a, b) => Number(a) - Number(b));
}

/** The versions wanted of those there are, ascending. Canary and shadow versions are wanted whatever the policy says. */
export function wantedVersions(there: Iterable<string>, config: ModelConfig): string[] {
  const all = byNumber(there);
  const beside = [config.canary?.version, config.shadow?.version];
  const policy = config.version_policy;
  if ('all' in policy) return all;
  if ('specific' in policy) {
    const named = new Set(policy.specific.versions.map(String));
    return all.filter((version) => named.has(version) || beside.includes(version));
  }
  const rest = all.filter((version) => !beside.includes(version));
  const latest = rest.slice(-policy.latest.num_versions);
  return all.filter((version) => latest.includes(version) || beside.includes(version));
}
