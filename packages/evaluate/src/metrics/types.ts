/** Class indices, one for each sample. */
export type ClassIndices = ArrayLike<number>;

/** Counts: rows are true classes, columns are predicted classes. */
export type ConfusionMatrix = readonly (readonly number[])[];
