import { defineErrors, entry } from './define.js';

/** Who may ask a server, how often, and what it fetches for them. */
export const protectionErrors = defineErrors({
  E_UNAUTHENTICATED: entry(
    'The request is not authenticated: {detail}.',
    'Send "Authorization: Bearer KEY" or "X-API-Key: KEY"; the operator makes keys with saker keys create.',
    401,
    7,
  ),
  E_FORBIDDEN: entry(
    'The request is not allowed: {detail}.',
    'Use a key with that scope, or ask the operator to allow it.',
    403,
    7,
  ),
  E_RATE_LIMITED: entry(
    'More than {limit} requests in {seconds} s.',
    'Send the next one after {retry} s, as the Retry-After header says.',
    429,
    7,
  ),
  E_AUTH_UNAVAILABLE: entry(
    'Tokens cannot be checked at the moment: {detail}.',
    'Try again shortly.',
    503,
    7,
  ),
  E_KEYS_FILE: entry(
    'The keys file {file} is not valid: {detail}.',
    'Make it with saker keys create FILE.',
    500,
    7,
  ),
  E_KEY_UNKNOWN: entry('No key {id} in {file}.', 'saker keys list shows the keys there are.', 404, 2),
  E_TLS_INVALID: entry(
    'The TLS files cannot be used: {detail}.',
    'Give a PEM certificate chain and its PEM private key.',
    500,
    7,
  ),
  E_URL_REFUSED: entry(
    'The URL may not be fetched: {detail}.',
    'Give an https URL of a host that the server allows, or send the picture itself.',
    403,
    7,
  ),
  E_URL_FETCH: entry(
    'The picture could not be fetched from its URL: {detail}.',
    'Check that the URL answers with a picture, or send the picture itself.',
    422,
    7,
  ),
});

/** The Open Inference Protocol. */
export const protocolErrors = defineErrors({
  E_INFER_INVALID: entry(
    'The inference request is not valid: {detail}.',
    'GET /v2/models/NAME tells the inputs and outputs with their datatypes and shapes.',
    400,
    7,
  ),
  E_TENSOR_INVALID: entry(
    'Tensor {name} is not valid: {detail}.',
    'GET /v2/models/NAME tells the inputs and outputs with their datatypes and shapes.',
    400,
    7,
  ),
});
