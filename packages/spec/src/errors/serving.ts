import { defineErrors, entry } from './define.js';

/** The models that a server holds, and load tests against servers. */
export const servingErrors = defineErrors({
  E_SERVE_CONFIG: entry(
    'The serving configuration {file} is not valid: {detail}.',
    'Correct the named field; the serving guide lists every field.',
    400,
    2,
  ),
  E_REPOSITORY_EMPTY: entry(
    'No model in {path}: {detail}.',
    'Lay models out as NAME/VERSION/model.onnx, or give one .onnx file.',
    404,
    3,
  ),
  E_MODEL_LOAD: entry(
    'Version {version} of model {name} does not load: {detail}.',
    'Put a good file in its place; the version that served before goes on.',
    422,
    5,
  ),
  E_BENCH_FAILED: entry(
    'The load test could not run against {url}: {detail}.',
    'Check that the server is up and takes these pictures, for example with curl.',
    502,
    6,
  ),
});
