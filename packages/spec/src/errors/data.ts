import { defineErrors, entry } from './define.js';

/** Labelled data. */
export const dataErrors = defineErrors({
  E_DATA_EMPTY: entry(
    'No pictures found in {path}.',
    'Give a folder of class folders (DATA/<class>/<picture>), train/val/test folders of them, a CSV or JSON manifest of path and label, or tar shards.',
    400,
    3,
  ),
  E_DATA_ONE_CLASS: entry(
    'Expected at least 2 classes in {path}, received 1 ({label}).',
    'Put each class in a folder of its own.',
    400,
    3,
  ),
  E_DATA_CLASS_TOO_SMALL: entry(
    'Class {label} has {count} usable picture(s), expected at least {minimum}.',
    'Add pictures to that class or remove it.',
    400,
    3,
  ),
  E_DATA_MANIFEST: entry(
    'The manifest {file} is not valid at {place}: {detail}.',
    'A manifest is a CSV with a header path,label[,split] or a JSON array of {"path","label"} objects; pictures with several labels have a column labels, or an array.',
    400,
    3,
  ),
  E_DATA_SPLIT: entry(
    '{path} has no split {split}; it has {available}.',
    'Pick one of those with --split.',
    400,
    3,
  ),
  E_DATA_TASK: entry(
    '{path} does not suit the task {task}: {detail}.',
    'Tasks are single (one class a picture), multi (any number of labels a picture) and binary (two classes): choose with --task, or correct the data.',
    400,
    3,
  ),
  E_DATA_LABEL: entry(
    'Label {label} in {path} is not one of the model labels ({labels}).',
    'Evaluate with data that has the labels the model was trained on.',
    400,
    3,
  ),
  E_DATA_TAR: entry(
    'The tar {file} cannot be read at byte {offset}: {detail}.',
    'Get the file again, or leave it out: nothing of a damaged tar is used.',
    400,
    3,
  ),
  E_DATA_SHARDS: entry(
    '{path} cannot be used as shards of labelled pictures: {detail}.',
    'Shards are tar files that hold a picture and its label (.cls, .txt or .json) under each key.',
    400,
    3,
  ),
});
