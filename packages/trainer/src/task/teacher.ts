/** Opens the network that a run learns from, and fits it to the run's pixels and classes. */
import type { TeacherConfig, TrainableModel } from '@saker/core-native/autograd';
import { findClassifier, inputSpec, type OnnxModel, readMetadata, readModel, toProgram } from '@saker/graph';
import { IMAGENET_MEAN, IMAGENET_STD, type ModelMetadata, outputWidth, SakerError } from '@saker/spec';
import type { ResolvedConfig, ResolvedPipelines } from '../config/resolve.js';
import type { PreparedModel } from '../model/prepare.js';
import { affine, classesOf, normalizationOf } from './teacher-fit.js';

/** Input size that the teacher was made for; nothing when it takes any. */
function sizeOf(model: OnnxModel, metadata: ModelMetadata | null): { height?: number; width?: number } {
  const { height, width } = inputSpec(model);
  if (height !== null && width !== null) return { height, width };
  const crop = metadata?.pipelines.eval.ops.find((op) => op.op === 'CenterCrop');
  return crop ? { height: crop.size[0] as number, width: crop.size[1] as number } : {};
}

/**
 * Adds the configuration's teacher to the engine's loss. It sees the very pixels of each step, mixed and augmented,
 * brought to its own mean and standard deviation, and resampled where its input has another size.
 * @throws SakerError E_FILE_NOT_FOUND, E_MODEL_NOT_ONNX, E_MODEL_NO_HEAD, E_MODEL_SHAPE (other channels or classes),
 * E_OP_UNSUPPORTED.
 */
export async function configureTeacher(
  model: TrainableModel,
  config: ResolvedConfig,
  pipelines: ResolvedPipelines,
  prepared: PreparedModel,
  labels: readonly string[],
): Promise<void> {
  if (config.teacher === undefined) return;
  const { distillAlpha: alpha, distillTemperature: temperature, distillFeatures: featureWeight } = config;
  const teacher = readModel(config.teacher);
  const metadata = readMetadata(teacher);
  const { channels } = inputSpec(teacher);
  if (channels !== prepared.facts.input.channels)
    throw new SakerError('E_MODEL_SHAPE', {
      name: `the channels of the teacher ${config.teacher}`,
      expected: `${prepared.facts.input.channels}, as the model to train has`,
      received: channels,
    });
  const own = metadata
    ? normalizationOf(metadata.pipelines.eval)
    : { mean: config.teacherMean ?? IMAGENET_MEAN, std: config.teacherStd ?? IMAGENET_STD };
  const head = alpha > 0 || featureWeight > 0 ? findClassifier(teacher) : null;
  const wanted = config.task === 'binary' ? 1 : labels.length;
  const outputs = metadata ? outputWidth(metadata.task, metadata.labels.length) : (head?.numClasses ?? null);
  const classes = alpha > 0 ? classesOf(config.teacher, labels, metadata, outputs, wanted) : null;
  const [output] = teacher.outputs;
  const last = output && teacher.producer(output.name)?.opType;
  const settings: TeacherConfig = {
    alpha,
    temperature,
    featureWeight,
    studentFeature: findClassifier(prepared.model).features,
    teacherFeature: head?.features ?? '',
    ...affine(channels, normalizationOf(pipelines.eval), own),
    ...sizeOf(teacher, metadata),
    ...(classes ? { classes } : {}),
    probabilities: metadata ? metadata.output === 'probabilities' : last === 'Softmax' || last === 'Sigmoid',
  };
  await model.configureTeacher(toProgram(teacher), settings);
}
