import { z } from 'zod';

/** What a classifier decides: one class of several, any number of classes, or one of two. */
export const TASKS = ['single', 'multi', 'binary'] as const;

/** Losses. Which of them suit a task is checked when the run is resolved. */
export const LOSSES = ['cross-entropy', 'bce', 'focal', 'asymmetric'] as const;

/** How the pictures of an epoch are drawn. */
export const SAMPLERS = ['shuffle', 'balanced'] as const;

/** Fields of a run about what is learned and how errors are weighed. */
export const taskFields = {
  /** Default: multi for data with a column of labels, else single. */
  task: z.enum(TASKS).optional(),
  /** binary only: the class that a probability is told of; default: the second by name. */
  positive: z.string().min(1).optional(),
  /** What divides the labels in a cell of a manifest; default: | or ; */
  labelSeparator: z.string().min(1).max(8).optional(),
  /** Default: cross-entropy for single, bce for multi and binary. */
  loss: z.enum(LOSSES).optional(),
  /** Share of the target that is spread evenly; default 0.1 for single, 0 for multi and binary. */
  labelSmoothing: z.number().min(0).lt(1).optional(),
  /** Power of focal loss, from 0. */
  focalGamma: z.number().min(0).max(20).default(2),
  /** multi and binary: focal loss's weight of positives, 1 minus it that of negatives; null leaves both out. */
  focalAlpha: z.number().min(0).max(1).nullable().default(null),
  /** Asymmetric loss: powers of the positive and the negative term, and what is taken off a negative's probability. */
  asymmetricGammaPos: z.number().min(0).max(20).default(0),
  asymmetricGammaNeg: z.number().min(0).max(20).default(4),
  asymmetricClip: z.number().min(0).lt(1).default(0.05),
  /** `inverse` frequency, `effective` number of samples, or a JSON file that gives each class's weight. */
  classWeights: z.string().min(1).optional(),
  /** Beta of `effective`. */
  classWeightsBeta: z.number().gt(0).lt(1).default(0.999),
  /** `balanced`: every class comes about equally often. */
  sampler: z.enum(SAMPLERS).default('shuffle'),
};
