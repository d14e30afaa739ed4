/** @saker/serve/keys: the keys file, for the command line. */
export { isScope, SCOPES, type Scope } from '../scopes.js';
export { createKey, type KeyRecord, type NewKey, readKeys, revokeKey } from './file.js';
