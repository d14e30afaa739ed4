/** Flags that were given and change nothing, because another one that they go with was not. */
import { parseRunConfig, type RunConfig, type RunConfigInput } from '@saker/spec';
import type { TrainFlags } from './command.js';

interface Dependence {
  readonly flags: readonly (keyof TrainFlags)[];
  readonly without: string;
  readonly works: (config: RunConfig, together: boolean) => boolean;
}

const mixes = ({ mixup, cutmix }: RunConfig): boolean => mixup > 0 || cutmix > 0;

const DEPENDENCES: readonly Dependence[] = [
  { flags: ['logDir'], without: '--log tensorboard', works: ({ log }) => log.includes('tensorboard') },
  {
    flags: ['experiment', 'runName'],
    without: '--log mlflow or wandb',
    works: ({ log }) => log.includes('mlflow') || log.includes('wandb'),
  },
  { flags: ['focalGamma'], without: '--loss focal', works: ({ loss }) => loss === 'focal' },
  {
    flags: ['distillAlpha', 'distillTemperature', 'distillFeatures'],
    without: '--teacher',
    works: ({ teacher }) => teacher !== undefined,
  },
  { flags: ['mixupMode', 'mixOffEpochs'], without: '--mixup or --cutmix', works: mixes },
  {
    flags: ['mixupSwitchProb'],
    without: 'both --mixup and --cutmix',
    works: ({ mixup, cutmix }) => mixup > 0 && cutmix > 0,
  },
  {
    flags: ['syncBatchNorm', 'distBackend', 'distTimeout'],
    without: 'several processes (--nproc)',
    works: (_, together) => together,
  },
];

/** --log-dir of logDir. */
const spelled = (flag: string): string => `--${flag.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/**
 * A sentence for each such flag. `together`: several processes train.
 * @throws SakerError E_CONFIG_INVALID as `fit`.
 */
export function ineffectiveFlags(
  flags: Partial<TrainFlags>,
  input: RunConfigInput,
  together: boolean,
): string[] {
  const config = parseRunConfig(input);
  return DEPENDENCES.filter(({ works }) => !works(config, together)).flatMap(({ flags: names, without }) =>
    names
      .filter((name) => flags[name] !== undefined)
      .map((name) => `${spelled(name)} does nothing without ${without}`),
  );
}
