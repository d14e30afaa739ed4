import { z } from 'zod';

/** Fields of a run about the state that it saves to be resumed from. */
export const checkpointFields = {
  /** Save everything that a run needs to go on, in the .run folder beside the model file. */
  checkpoint: z.boolean().default(true),
  /** Also within epochs, every so many steps; null: not by steps. */
  checkpointSteps: z.number().int().min(1).nullable().default(null),
  /** Also within epochs, when so many seconds have passed; null: not by time. */
  checkpointSeconds: z.number().min(0).nullable().default(120),
};
