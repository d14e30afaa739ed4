/** Turns the addon's `{code, params}` errors into SakerErrors. */
import { isErrorCode, SakerError } from '@saker/spec';

function translate(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('params' in error)) return error;
  const code = String(error.code);
  if (!isErrorCode(code)) return new SakerError('E_INTERNAL', { detail: code });
  return new SakerError(code, error.params as Record<string, string>);
}

export function sync<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw translate(error);
  }
}

export async function settled<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw translate(error);
  }
}

/** E_ENGINE_ARGUMENT with `detail`. */
export function argumentError(detail: string): SakerError {
  return new SakerError('E_ENGINE_ARGUMENT', { detail });
}
