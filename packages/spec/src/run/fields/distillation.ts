import { z } from 'zod';

const perChannel = z.array(z.number().finite()).min(1).max(3);

/** Fields of a run that learns from a trained network. */
export const distillationFields = {
  /** Path of an ONNX classifier to learn from. */
  teacher: z.string().min(1).optional(),
  /** Share of the teacher's answers in the loss; the labels have the rest. */
  distillAlpha: z.number().min(0).max(1).default(0.5),
  /** What logits are divided by before they are compared; higher tells more of the unlikely classes. */
  distillTemperature: z.number().positive().max(100).default(4),
  /** Weight of the likeness of features in front of both classifiers; 0 leaves features out. */
  distillFeatures: z.number().min(0).max(1e6).default(0),
  /** Of a teacher whose file does not carry them; default: ImageNet's. */
  teacherMean: perChannel.optional(),
  teacherStd: perChannel.optional(),
};
