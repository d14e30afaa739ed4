import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Several files at once would share the cores with each other's inference workers and make the timings meaningless.
    fileParallelism: false,
  },
});
