/** Against pages that use a visitor's browser to reach a server the visitor can reach (cross-site request forgery, DNS rebinding). */
import { SakerError } from '@saker/spec';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from './addresses.js';

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a browser sends for a page of another origin, unless that is allowed. Programs send no Origin.
 * @throws SakerError E_FORBIDDEN.
 */
export function checkOrigin(request: FastifyRequest, allowed: ReadonlySet<string>): void {
  const { origin, host } = request.headers;
  if (origin === undefined || SAFE.has(request.method) || allowed.has(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new SakerError('E_FORBIDDEN', { detail: 'pages of this origin are not allowed' });
}

/**
 * Refuses to take a page's own name for this machine's: a page may point its name at 127.0.0.1, and its Origin then
 * matches. Asked where the right to administer rests on the caller being on this machine.
 * @throws SakerError E_FORBIDDEN.
 */
export function checkLocalName(request: FastifyRequest): void {
  const name = request.hostname.replace(/^\[|\]$/g, '');
  if (name === 'localhost' || isLoopback(name)) return;
  throw new SakerError('E_FORBIDDEN', {
    detail: 'without keys it takes a request to localhost or 127.0.0.1',
  });
}
