/** A recipe turns a resolved configuration and a model's parameters into phases of training. */

/** One parameter as a recipe sees it. */
export interface RecipeParameter {
  readonly name: string;
  readonly dims: readonly number[];
  /** Part of the new classifier. */
  readonly head: boolean;
  /** 0 for the first layer .. 1 for the last backbone layer, by position in the graph. */
  readonly depth: number;
  /** Layers between it and the classifier, whose own is 0: the power of a layer-wise decay. */
  readonly layersBelow: number;
}

/** Parameters that share a learning rate and a weight decay. */
export interface ParameterGroup {
  readonly params: readonly string[];
  /** Peak learning rate. */
  readonly lr: number;
  readonly weightDecay: number;
  /** Adaptive gradient clipping leaves the classifier alone (Brock et al. 2021). */
  readonly clipAdaptive: boolean;
}

/** Epochs that share their trainable parameters and one learning-rate curve. */
export interface Phase {
  readonly name: string;
  readonly epochs: number;
  readonly groups: readonly ParameterGroup[];
  /** Peak learning rate that logs show for the phase. */
  readonly lr: number;
}

/** Norm scales and all biases are vectors; they get no weight decay (as timm and torchvision's references do). */
function decayOf(parameter: RecipeParameter, weightDecay: number): number {
  return parameter.dims.length > 1 ? weightDecay : 0;
}

/** Groups parameters that are treated alike, keeping their order. */
export function groupParameters(
  parameters: readonly RecipeParameter[],
  lrOf: (p: RecipeParameter) => number,
  weightDecay: number,
): ParameterGroup[] {
  const groups = new Map<string, ParameterGroup & { params: string[] }>();
  for (const parameter of parameters) {
    const lr = lrOf(parameter);
    const decay = decayOf(parameter, weightDecay);
    const clipAdaptive = !parameter.head;
    const key = `${lr}/${decay}/${clipAdaptive}`;
    const group = groups.get(key) ?? { params: [], lr, weightDecay: decay, clipAdaptive };
    group.params.push(parameter.name);
    groups.set(key, group);
  }
  return [...groups.values()];
}
