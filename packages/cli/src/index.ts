/** @saker/cli: the `saker` command as a function, for tests and for programs that embed it. */
export { buildApp, COMMAND_NAMES } from './app.js';
export { main } from './main.js';
export { referencePage } from './reference.js';
