import { defineConfig } from 'vitest/config';

// These suites start whole programs on every core, so files run one at a time.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 300_000, hookTimeout: 600_000 },
});
