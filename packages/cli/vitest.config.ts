import { defineConfig } from 'vitest/config';

// Each test starts the command as a process of its own, which takes its time on a busy machine.
export default defineConfig({ test: { testTimeout: 60_000 } });
