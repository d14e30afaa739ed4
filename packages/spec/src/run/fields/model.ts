import { z } from 'zod';

/** Fields of a run that say what is trained. */
export const modelFields = {
  /** Zoo name or path of an .onnx file. */
  model: z.string().min(1),
  recipe: z.enum(['scratch', 'fine-tune']).optional(),
};
