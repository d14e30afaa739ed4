import { defineErrors, entry } from './define.js';

/** Pipelines and their parameters. */
export const pipelineErrors = defineErrors({
  E_PIPELINE_INVALID: entry(
    'The pipeline is not valid at {path}: {detail}.',
    'Compare it with docs/reference/transforms.md.',
    400,
    2,
  ),
  E_PIPELINE_HASH: entry(
    'The pipeline in {file} has hash {received}, expected {expected}.',
    'The file was changed after it was written; get the original again or train it anew.',
    500,
    5,
  ),
  E_PIPELINE_UNKNOWN: entry(
    'No pipeline is named {name}{suggestion}.',
    'Give a JSON file or one of: {available}.',
    404,
    2,
  ),
  E_TRANSFORM_UNKNOWN: entry(
    'No transform is named {name}{suggestion}.',
    'saker ops lists the transforms there are.',
    404,
    2,
  ),
  E_PIPELINE_UNSUPPORTED: entry(
    'This build cannot run the pipeline: {detail}.',
    'Use the Saker version that wrote the model, or change the pipeline.',
    500,
    5,
  ),
});
