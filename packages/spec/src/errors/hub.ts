import { defineErrors, entry } from './define.js';

/** Published weights, fetched by name. */
export const hubErrors = defineErrors({
  E_WEIGHTS_UNKNOWN: entry(
    'No weights are named {name}{suggestion}.',
    'saker models list shows the names; a path of a .safetensors, .pth, .bin or .onnx file is taken too.',
    404,
    5,
  ),
  E_HUB_OFFLINE: entry(
    'The weights {name} are not in the cache and cannot be fetched: {detail}.',
    'Download {url} on a machine with a network, put it at {file} on this one, and type: {command}',
    503,
    3,
  ),
  E_HUB_NOT_FOUND: entry(
    'There is no file at {url} (HTTP {status}).',
    'Check HF_ENDPOINT; private files need HF_TOKEN. Other weights are listed by saker models list.',
    404,
    3,
  ),
  E_HUB_STATUS: entry(
    '{url} answered with {detail}.',
    'Try again later: saker models pull {name} goes on where it stopped.',
    502,
    3,
  ),
  E_HUB_CHECKSUM: entry(
    'The file fetched for {name} is not the published one: its SHA-256 is {received}, expected {expected}.',
    'It was put aside as {file} and is not used; run saker models pull {name} to fetch it again.',
    502,
    3,
  ),
  E_HUB_CONTENT: entry(
    'What {url} sent is not the file of {name}: {detail}.',
    'Check HF_ENDPOINT and whether a proxy or a login page stands in between.',
    502,
    3,
  ),
});
