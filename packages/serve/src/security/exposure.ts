/** What an operator should know before others do. */
import { isLoopback } from './addresses.js';
import type { ResolvedSecurity } from './options.js';

/** Warnings about listening on `host` with this protection; empty when there is nothing to say. */
export function exposureWarnings(host: string, security: ResolvedSecurity): readonly string[] {
  if (host === 'localhost' || isLoopback(host)) return [];
  if (!security.apiKeys && !security.jwt)
    return [
      `anybody who reaches ${host} can use this server: it asks for no key. ` +
        'Make one with "saker keys create FILE" and start with --api-keys FILE',
    ];
  if (!security.tls)
    return [
      `keys travel to ${host} in the clear unless a proxy in front speaks TLS; --tls-cert and --tls-key do so here`,
    ];
  return [];
}
