import { z } from 'zod';
import { PRESETS } from '../presets.js';

/** Fields of a run that say what is trained. */
export const modelFields = {
  /** Zoo name or path of an .onnx file. */
  model: z.string().min(1),
  /** State dict for a zoo model: a .safetensors, .pth, .bin or .onnx file with torchvision's or timm's names. */
  weights: z.string().min(1).optional(),
  /** Fields by how much time the run may take; the user's own win over them. */
  preset: z.enum(PRESETS).optional(),
  recipe: z.enum(['scratch', 'fine-tune']).optional(),
};
