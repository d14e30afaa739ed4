/** Types of self-supervised pretraining. */
import type { StepInput, TrainOptions } from './types.js';

export interface PretrainConfig {
  /** 'simclr': NT-Xent (Chen et al. 2020). 'dino': self-distillation (Caron et al. 2021). */
  readonly method: 'simclr' | 'dino';
  /** SimCLR's temperature, default 0.5; DINO's of the student, default 0.1. */
  readonly temperature?: number;
  /** DINO: share of the old centre that is kept at each step, default 0.9. */
  readonly centerMomentum?: number;
}

/** A view of each picture of a batch; labels are not looked at. */
export type PretrainView = Pick<StepInput, 'input' | 'shape' | 'layout' | 'mask'>;

export interface PretrainStepOptions extends Omit<TrainOptions, 'labelSmoothing'> {
  /** DINO: so many of the views, the first ones, are shown to the teacher; default 2. */
  readonly globalViews?: number;
  /** DINO: how sharp the teacher's answers are, default 0.04. */
  readonly teacherTemperature?: number;
  /** DINO: share of the teacher's weights that is kept at each step, default 0.996. */
  readonly teacherMomentum?: number;
}
