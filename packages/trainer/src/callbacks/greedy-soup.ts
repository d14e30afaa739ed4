import type { Tensor, Tensors } from '@saker/core-native/autograd';
import type { TrainEventOf } from '../events.js';
import type { Callback, CallbackContext, ValidationFigures } from './callback.js';
import type { ModelCheckpoint } from './model-checkpoint.js';

/** The mean of several networks' tensors. */
function meanOf(networks: readonly Tensors[]): Tensors {
  const names = Object.keys(networks[0] ?? {});
  const mean = (name: string): Tensor => {
    const { dims, data } = networks[0]![name]!;
    const sum = new Float64Array(data.length);
    for (const network of networks)
      network[name]!.data.forEach((value, i) => {
        sum[i]! += value;
      });
    return { dims, data: Float32Array.from(sum, (value) => value / networks.length) };
  };
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}

/**
 * A greedy soup of the kept epochs (Wortsman et al., Model Soups, ICML 2022, Recipe 1): from the best epoch on, each of the
 * others is added to the mean when the mean validates no worse for it. Shipped when it beats the best epoch.
 */
export class GreedySoup implements Callback {
  readonly name = 'greedy-soup';
  readonly firstRankOnly = true;

  constructor(private readonly kept: ModelCheckpoint) {}

  async onTrainEnd(_event: TrainEventOf<'train-end'>, context: CallbackContext): Promise<void> {
    const { monitor, epochs } = this.kept;
    if (epochs.length < 2) return;
    let ingredients: Tensors[] = [];
    let figures: ValidationFigures | null = null;
    for (const { epoch } of epochs) {
      const tried = [...ingredients, await this.kept.read(epoch, context)];
      const measured = await context.validate(meanOf(tried));
      if (figures && monitor.better(monitor.score(figures), monitor.score(measured))) continue;
      ingredients = tried;
      figures = measured;
    }
    if (figures === null || ingredients.length < 2) return;
    const shipped = await context.propose(meanOf(ingredients), figures);
    context.note(
      `a soup of ${ingredients.length} epochs has validation accuracy ${(100 * figures.valAccuracy).toFixed(2)} %` +
        `: ${shipped ? 'shipped' : 'the best epoch is better'}`,
    );
  }
}
