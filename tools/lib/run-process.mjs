import { spawn } from 'node:child_process';

/** Runs a command with our own output streams and no input; resolves with its status (128 + signal number as shells do). */
export function runProcess([command, ...args], { cwd, env } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      done(127);
    });
    child.on('close', (status, signal) => {
      if (signal) console.error(`${command} was ended by ${signal}.`);
      done(status ?? 128);
    });
  });
}
