/** Scan, check and split labelled pictures. */
export { type BadSample, type CheckOptions, type CheckResult, checkSamples } from './check.js';
export { displayPipeline, drawsAtRandom } from './display.js';
export { isHiddenName, isPictureName } from './names.js';
export { pictureFiles } from './picture-files.js';
export { preprocess } from './preprocess/preprocess.js';
export type {
  PreprocessOptions,
  PreprocessProgress,
  PreprocessResult,
  ShardFormat,
  TensorDtype,
} from './preprocess/types.js';
export { pictureInput, readSample } from './sample-place.js';
export { type ScanOptions, scanDataset } from './scan.js';
export { shardPictures } from './shards/shard-pictures.js';
export { type ContactSheet, type ContactSheetOptions, contactSheet } from './show/contact-sheet.js';
export {
  missingClasses,
  ownSplits,
  type SplitOptions,
  type Splits,
  selectSplit,
  splitDataset,
} from './split.js';
export { classCounts, type DataTask, datasetForTask, labelsOf } from './task-data.js';
export type { Dataset, Sample, Split } from './types.js';
