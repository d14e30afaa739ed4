/** What a key or token may do. */

/** `predict`: classify and read what is served. `metrics`: read /metrics. `admin`: everything, loading models included. */
export const SCOPES = ['predict', 'metrics', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Scope that a caller needs for the route; `public` routes are open to all. Default: predict. */
    readonly scope?: Scope | 'public';
  }
}

/** True for the name of a scope. */
export function isScope(value: unknown): value is Scope {
  return (SCOPES as readonly unknown[]).includes(value);
}

/** True when the scopes held include the one needed; `admin` includes all. */
export function includesScope(held: ReadonlySet<Scope>, needed: Scope): boolean {
  return held.has(needed) || held.has('admin');
}
