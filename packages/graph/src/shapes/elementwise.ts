/** Ops whose output has the shape of an input or of a broadcast of the inputs. */
import { numberAttribute } from '../attributes.js';
import { TensorProto_DataType as DT } from '../gen/onnx_pb.js';
import type { Dim } from '../model.js';
import { broadcast, type ShapeRule, shaped, UNKNOWN, type ValueShape } from './types.js';

const same: ShapeRule = (node, inputs) => {
  const input = inputs[0] ?? UNKNOWN;
  return node.output.map((_, index) => (index === 0 ? shaped(input.dims, input.type) : UNKNOWN));
};

const identity: ShapeRule = (_node, inputs) => [inputs[0] ?? UNKNOWN];

const cast: ShapeRule = (node, inputs) => {
  const type = numberAttribute(node, 'to', 0);
  const input = inputs[0] ?? UNKNOWN;
  const integral = type === DT.INT64 || type === DT.INT32;
  const data =
    input.data?.map((item) => (typeof item === 'number' && integral ? Math.trunc(item) : item)) ?? null;
  return [{ dims: input.dims, type, data }];
};

type Arithmetic = (a: number, b: number, integral: boolean) => number;

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b, integral) => (integral ? Math.trunc(a / b) : a / b),
  Equal: (a, b) => Number(a === b),
};

/** Folds arithmetic on shape contents; a symbol survives only x * 1, x / 1 and x + 0. */
function fold(op: string, a: Dim, b: Dim, integral: boolean): Dim {
  if (typeof a === 'number' && typeof b === 'number') return ARITHMETIC[op]?.(a, b, integral) ?? null;
  if ((op === 'Mul' || op === 'Div') && b === 1) return a;
  if (op === 'Mul' && a === 1) return b;
  // A symbol stands for a size, so it never equals -1 (how exporters spell "keep" in Expand).
  if (op === 'Equal' && ((typeof a === 'string' && b === -1) || (typeof b === 'string' && a === -1)))
    return 0;
  if ((op === 'Add' || op === 'Sub') && b === 0) return a;
  return op === 'Add' && a === 0 ? b : null;
}

function foldData(op: string, inputs: readonly (ValueShape | undefined)[]): Dim[] | null {
  const [a, b] = inputs;
  if (!(op in ARITHMETIC) || !a?.data || !b?.data) return null;
  const integral = a.type === DT.INT64 || a.type === DT.INT32;
  const length = Math.max(a.data.length, b.data.length);
  const pick = (data: readonly Dim[], index: number) => data[data.length === 1 ? 0 : index] ?? null;
  return Array.from({ length }, (_, i) => fold(op, pick(a.data!, i), pick(b.data!, i), integral));
}

function broadcasting(resultType?: DT): ShapeRule {
  return (node, inputs) => {
    const dims = broadcast(inputs.map((input) => input?.dims));
    return [{ dims, type: resultType ?? inputs[0]?.type ?? 0, data: foldData(node.opType, inputs) }];
  };
}

const where: ShapeRule = (_node, inputs) => {
  const dims = broadcast(inputs.map((input) => input?.dims));
  const [condition, yes, no] = inputs.map((input) => input?.data);
  const type = inputs[1]?.type ?? 0;
  const length = Math.max(condition?.length ?? 0, yes?.length ?? 0, no?.length ?? 0);
  if (!condition || !yes || !no || !dims || dims.length > 1) return [shaped(dims, type)];
  const pick = (data: readonly Dim[], index: number) => data[data.length === 1 ? 0 : index] ?? null;
  const data = Array.from({ length }, (_, i) => {
    const choice = pick(condition, i);
    return choice === null ? null : pick(choice === 0 ? no : yes, i);
  });
  return [{ dims, type, data }];
};

const SAME_OPS =
  'Relu LeakyRelu PRelu Sigmoid Tanh Erf Exp Log Sqrt Neg Abs Clip Dropout Softmax LogSoftmax Hardmax Elu Selu Celu ' +
  'HardSigmoid HardSwish Gelu Softplus Softsign Mish ThresholdedRelu Floor Ceil Round Reciprocal Sign Sin Cos Tan ' +
  'BatchNormalization InstanceNormalization GroupNormalization LayerNormalization RMSNormalization ' +
  'LpNormalization LRN CumSum Not Trilu';
const BROADCAST_OPS = 'Add Sub Mul Div Pow Mod Max Min Sum Mean BitwiseAnd BitwiseOr';
const COMPARE_OPS = 'Equal Greater Less GreaterOrEqual LessOrEqual And Or Xor';

/** Rules by operator name. */
export const elementwiseRules: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(SAME_OPS.split(' ').map((op) => [op, same])),
  ...Object.fromEntries(BROADCAST_OPS.split(' ').map((op) => [op, broadcasting()])),
  ...Object.fromEntries(COMPARE_OPS.split(' ').map((op) => [op, broadcasting(DT.BOOL)])),
  Identity: identity,
  Cast: cast,
  Where: where,
};
