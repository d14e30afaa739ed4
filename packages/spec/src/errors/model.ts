import { defineErrors, entry } from './define.js';

/** Model files and graphs. */
export const modelErrors = defineErrors({
  E_MODEL_NOT_ONNX: entry('{file} is not an ONNX model: {detail}.', 'Give an .onnx file.', 400, 5),
  E_MODEL_UNKNOWN: entry(
    'No model is named {name}{suggestion}.',
    'Give a path to an .onnx file or one of: {available}.',
    404,
    5,
  ),
  E_MODEL_NO_HEAD: entry(
    'No classifier was found in {file}: {detail}.',
    'Saker looks for a last Gemm, MatMul or 1x1 Conv, or an output of shape [N, features].',
    400,
    5,
  ),
  E_MODEL_NO_METADATA: entry(
    '{file} carries no Saker metadata.',
    'Give --size, --mean, --std and --labels FILE, or a model written by saker train.',
    400,
    5,
  ),
  E_MODEL_METADATA: entry(
    'The Saker metadata in {file} is not valid: {detail}.',
    'Get the original file again or train it anew.',
    500,
    5,
  ),
  E_MODEL_SHAPE: entry(
    'The model expects {expected} for {name}, received {received}.',
    'Check the input size and the model.',
    400,
    5,
  ),
  E_MODEL_TENSOR: entry(
    'Tensor {name} of the model cannot be used: {detail}.',
    'Check the file with an ONNX checker, or export it again with float32 weights.',
    400,
    5,
  ),
  E_MODEL_EXTERNAL_DATA: entry(
    'Tensor {name} is stored outside the model file: {detail}.',
    'Read the model by its path with the data file beside it, or export it as one file.',
    400,
    5,
  ),
  E_MODEL_TENSORS: entry(
    'The tensors do not fit the model: {detail}.',
    'Use tensors made for this graph.',
    400,
    5,
  ),
  E_SAFETENSORS_INVALID: entry(
    '{file} is no whole safetensors file: {detail}.',
    'Download or write it again.',
    400,
    5,
  ),
  E_WEIGHTS_FILE: entry(
    'The weights in {file} cannot be read: {detail}.',
    'Give a .safetensors file, a state dict written by torch.save (.pth, .bin), or an .onnx file.',
    400,
    5,
  ),
  E_WEIGHTS_FIT: entry(
    'The weights in {file} do not fit {model}: {detail}.',
    'Use weights of the same architecture; parameter names are those of {reference}.',
    400,
    5,
  ),
  E_MODEL_RUN: entry('{file} could not be run: {detail}.', 'Check the model with an ONNX checker.', 500, 5),
  E_OP_UNSUPPORTED: entry(
    'The engine cannot train op {op} (domain {domain}) at node {node}: {detail}.',
    'Export the model with another op in its place, or train from a zoo model.',
    400,
    5,
  ),
  E_OP_FAILED: entry(
    'Op {op} at node {node} refused its operands: {detail}.',
    'Check the model and the input with an ONNX checker.',
    400,
    5,
  ),
});
