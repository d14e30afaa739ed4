/** @saker/graph/header: what a model file says about itself, read without its graph and its weights. */
export { METADATA_KEY, metadataOf } from './metadata-of.js';
export { readModelProperties } from './properties.js';
