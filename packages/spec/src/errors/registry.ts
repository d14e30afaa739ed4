import type { ErrorEntry } from './define.js';
import { distributedErrors } from './distributed.js';
import {
  dataErrors,
  environmentErrors,
  imageErrors,
  modelErrors,
  pipelineErrors,
  runErrors,
  serveErrors,
  usageErrors,
} from './families.js';
import { hubErrors } from './hub.js';
import { protectionErrors, protocolErrors } from './protection.js';
import { servingErrors } from './serving.js';

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
  ...servingErrors,
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
