import { SakerError } from '@saker/spec';
import { expect, test } from 'vitest';
import { explainLoadFailure } from './load-binding.js';

test('an addon that was never built says how to build it', () => {
  const error = explainLoadFailure('/nowhere/core.node', new Error('Cannot find module'));
  expect(error).toBeInstanceOf(SakerError);
  expect(error.code).toBe('E_NATIVE_NOT_BUILT');
  expect(error.message).toContain('/nowhere/core.node');
  expect(error.hint).toContain('npm run build-native');
  expect(error.hint).toContain('libspng-dev');
});

test('each symptom of the dynamic loader gets its own remedy', () => {
  const path = process.execPath;
  const hint = (text: string): string => explainLoadFailure(path, new Error(text)).hint;
  expect(hint('libspng.so.0: cannot open shared object file: No such file')).toContain('library');
  expect(hint("version `GLIBCXX_3.4.32' not found")).toContain('newer system');
  expect(hint('invalid ELF header')).toContain('another processor');
  expect(hint('undefined symbol: napi_foo')).toContain('20.19');
  expect(hint('something else')).toContain('Build it again');
});
