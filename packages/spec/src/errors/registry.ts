import { dataErrors } from './data.js';
import type { ErrorEntry } from './define.js';
import { distributedErrors } from './distributed.js';
import { environmentErrors } from './environment.js';
import { serveErrors } from './http.js';
import { hubErrors } from './hub.js';
import { imageErrors } from './image.js';
import { modelErrors } from './model.js';
import { pipelineErrors } from './pipeline.js';
import { protectionErrors, protocolErrors } from './protection.js';
import { runErrors } from './run.js';
import { servingErrors } from './serving.js';
import { usageErrors } from './usage.js';

const registry = {
  ...usageErrors,
  ...pipelineErrors,
  ...imageErrors,
  ...dataErrors,
  ...modelErrors,
  ...hubErrors,
  ...environmentErrors,
  ...serveErrors,
  ...protectionErrors,
  ...servingErrors,
  ...protocolErrors,
  ...runErrors,
  ...distributedErrors,
} as const;

/** Every code that Saker can report. */
export type ErrorCode = keyof typeof registry;

/** The one registry: code -> sentence, hint, HTTP status, exit code. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = registry;

/** True when a value is a registered code. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(registry, value);
}
