import { z } from 'zod';

/** Fields of a run that name and split its pictures. */
export const dataFields = {
  /** Folder of class folders, folder of splits, or manifest file. */
  data: z.string().min(1),
  /** Shares of each class held out when the data has no splits of its own. */
  valFraction: z.number().gt(0).lt(0.9).default(0.2),
  testFraction: z.number().min(0).lt(0.9).default(0),
};
