import type { TrainableModel } from '@saker/core-native/autograd';
import type { ResolvedConfig, ResolvedPipelines } from '../config/resolve.js';
import type { RunData } from '../data.js';
import type { Peers } from '../distributed/peers.js';
import type { PreparedModel } from '../model/prepare.js';
import type { Phase, RecipeParameter } from '../recipe/recipe.js';
import type { PlannedBalance } from '../task/balance.js';

/** What a run is made of, open and checked. */
export interface RunParts {
  readonly config: ResolvedConfig;
  readonly pipelines: ResolvedPipelines;
  readonly data: RunData;
  readonly balance: PlannedBalance;
  readonly prepared: PreparedModel;
  readonly trained: TrainableModel;
  readonly parameters: readonly RecipeParameter[];
  readonly phases: readonly Phase[];
  /** Absolute path of the model file. */
  readonly out: string;
  /** Absolute path of the folder with its saved state. */
  readonly run: string;
  readonly rank: number;
  readonly worldSize: number;
  /** The processes of the run, of which this is one. */
  readonly peers: Peers;
}
