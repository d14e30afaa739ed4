import { defineErrors, entry } from './define.js';

/** Flags, files and arguments given by the caller. */
export const usageErrors = defineErrors({
  E_USAGE: entry('{detail}', 'Run the command with --help to see its flags and examples.', 400, 2),
  E_ARG_INVALID: entry(
    'Expected {expected} for {name}, received {received}.',
    'Change {name} to an allowed value.',
    400,
    2,
  ),
  E_CONFIG_INVALID: entry(
    'The run configuration {file} is not valid: {detail}.',
    'Correct the named field; the configuration reference lists every field with its range.',
    400,
    2,
  ),
  E_FILE_NOT_FOUND: entry(
    'No file at {file}.',
    'Check the path; relative paths start at the current folder.',
    404,
    3,
  ),
  E_FILE_READ: entry(
    'Cannot read {file}: {detail}.',
    'Check that it is a file and that you may read it.',
    500,
    3,
  ),
  E_FILE_WRITE: entry(
    'Cannot write {file}: {detail}.',
    'Check the folder, the free space and your rights.',
    500,
    3,
  ),
  E_OUT_EXISTS: entry(
    '{path} holds {detail}.',
    'Give another folder; --resume finishes a job that has the same data and options.',
    409,
    3,
  ),
  E_DISK_FULL: entry(
    'No room to write {file}: {detail}.',
    'Free some space, or raise the limit; what was finished is kept. Then run the same command with --resume.',
    507,
    3,
  ),
  E_OUT_BUSY: entry(
    '{path} is being written by another process ({detail}).',
    'Wait until it ends, or give each process a part of its own with --shard I/N.',
    409,
    3,
  ),
});

/** Pipelines and their parameters. */
export const pipelineErrors = defineErrors({
  E_PIPELINE_INVALID: entry(
    'The pipeline is not valid at {path}: {detail}.',
    'Compare it with docs/reference/transforms.md.',
    400,
    2,
  ),
  E_PIPELINE_HASH: entry(
    'The pipeline in {file} has hash {received}, expected {expected}.',
    'The file was changed after it was written; get the original again or train it anew.',
    500,
    5,
  ),
  E_PIPELINE_UNKNOWN: entry(
    'No pipeline is named {name}{suggestion}.',
    'Give a JSON file or one of: {available}.',
    404,
    2,
  ),
  E_TRANSFORM_UNKNOWN: entry(
    'No transform is named {name}{suggestion}.',
    'saker ops lists the transforms there are.',
    404,
    2,
  ),
  E_PIPELINE_UNSUPPORTED: entry(
    'This build cannot run the pipeline: {detail}.',
    'Use the Saker version that wrote the model, or change the pipeline.',
    500,
    5,
  ),
});

/** One picture. These never take a batch, a run or a server down. */
export const imageErrors = defineErrors({
  E_IMAGE_EMPTY: entry('{file} holds no bytes.', 'Send a JPEG, PNG or WebP picture.', 400, 4),
  E_IMAGE_FORMAT: entry(
    '{file} is not a picture Saker can decode: {detail}.',
    'Convert it to JPEG, PNG or WebP.',
    415,
    4,
  ),
  E_IMAGE_CORRUPT: entry('{file} is damaged: {detail}.', 'Get the picture from its source again.', 422, 4),
  E_IMAGE_TRUNCATED: entry(
    '{file} ends before the picture does: {detail}.',
    'Copy or upload the whole file again.',
    422,
    4,
  ),
  E_IMAGE_TOO_LARGE: entry(
    '{file} is too large: {detail}.',
    'Send a smaller picture, or raise the pixel limit if you trust the source.',
    413,
    4,
  ),
  E_IMAGE_TIMEOUT: entry(
    '{file} takes too long to decode: {detail}.',
    'Save the picture anew, as a baseline JPEG or a PNG, or raise maxDecodeMs if you trust the source.',
    422,
    4,
  ),
  E_IMAGE_TOO_SMALL: entry(
    '{file} is too small: {detail}.',
    'Put a Resize before the crop, or let the crop pad (pad_if_needed).',
    422,
    4,
  ),
});

/** Labelled data. */
export const dataErrors = defineErrors({
  E_DATA_EMPTY: entry(
    'No pictures found in {path}.',
    'Give a folder of class folders (DATA/<class>/<picture>), train/val/test folders of them, a CSV or JSON manifest of path and label, or tar shards.',
    400,
    3,
  ),
  E_DATA_ONE_CLASS: entry(
    'Expected at least 2 classes in {path}, received 1 ({label}).',
    'Put each class in a folder of its own.',
    400,
    3,
  ),
  E_DATA_CLASS_TOO_SMALL: entry(
    'Class {label} has {count} usable picture(s), expected at least {minimum}.',
    'Add pictures to that class or remove it.',
    400,
    3,
  ),
  E_DATA_MANIFEST: entry(
    'The manifest {file} is not valid at {place}: {detail}.',
    'A manifest is a CSV with a header path,label[,split] or a JSON array of {"path","label"} objects; pictures with several labels have a column labels, or an array.',
    400,
    3,
  ),
  E_DATA_SPLIT: entry(
    '{path} has no split {split}; it has {available}.',
    'Pick one of those with --split.',
    400,
    3,
  ),
  E_DATA_TASK: entry(
    '{path} does not suit the task {task}: {detail}.',
    'Tasks are single (one class a picture), multi (any number of labels a picture) and binary (two classes): choose with --task, or correct the data.',
    400,
    3,
  ),
  E_DATA_LABEL: entry(
    'Label {label} in {path} is not one of the model labels ({labels}).',
    'Evaluate with data that has the labels the model was trained on.',
    400,
    3,
  ),
  E_DATA_TAR: entry(
    'The tar {file} cannot be read at byte {offset}: {detail}.',
    'Get the file again, or leave it out: nothing of a damaged tar is used.',
    400,
    3,
  ),
  E_DATA_SHARDS: entry(
    '{path} cannot be used as shards of labelled pictures: {detail}.',
    'Shards are tar files that hold a picture and its label (.cls, .txt or .json) under each key.',
    400,
    3,
  ),
});

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

/** What is installed on this machine. */
export const environmentErrors = defineErrors({
  E_NATIVE_NOT_BUILT: entry('The native addon {addon} could not be loaded: {detail}.', '{remedy}', 500, 6),
  E_TORCH_NOT_FOUND: entry(
    'Training needs libtorch, which could not be loaded: {detail}.',
    'Run tools/setup, or install libtorch-dev and libopenblas0-pthread and build again.',
    500,
    6,
  ),
  E_CUDA_NOT_BUILT: entry(
    'This build has no CUDA code.',
    'Build with nvcc installed, or use the CPU.',
    500,
    6,
  ),
  E_CUDA_NO_DEVICE: entry('No CUDA device answers: {detail}.', 'Check the driver, or use the CPU.', 500, 6),
  E_CUDA_FAILED: entry(
    'The CUDA device failed: {detail}.',
    'Free device memory or make batches smaller; if it comes again, run tools/gpu/run and report what it prints.',
    500,
    6,
  ),
  E_DEVICE_MISMATCH: entry(
    '{what} lies in the memory of {device}, expected {expected}.',
    'Nothing is copied between devices unasked: call toHost(), or hand on toDLPack() to a consumer on that device.',
    400,
    2,
  ),
});

/** HTTP serving. */
export const serveErrors = defineErrors({
  E_PORT_IN_USE: entry(
    'Port {port} on {host} is in use.',
    'Stop the other program or give another port with --port.',
    500,
    7,
  ),
  E_HOST_INVALID: entry(
    'Cannot listen on {host}: {detail}.',
    'Give an address of this machine with --host.',
    500,
    7,
  ),
  E_BODY_TOO_LARGE: entry(
    'The request body is over the limit of {limit} bytes.',
    'Send a smaller picture, or raise the server limit.',
    413,
    7,
  ),
  E_BODY_INVALID: entry(
    'The request body is not valid: {detail}.',
    'Send one multipart field "file", a raw image body, or JSON {"image": base64}.',
    400,
    7,
  ),
  E_REQUEST_INVALID: entry('The request is not valid: {detail}.', 'Send an HTTP/1.1 request.', 400, 7),
  E_REQUEST_TIMEOUT: entry(
    'The request took too long to arrive.',
    'Send it faster, or raise the server limit.',
    408,
    7,
  ),
  E_MEDIA_TYPE: entry(
    'Expected a body of type multipart/form-data, image/* or application/json, received {received}.',
    'Set the Content-Type header.',
    415,
    7,
  ),
  E_ROUTE_NOT_FOUND: entry('No route {method} {path}.', 'POST pictures to /predict.', 404, 7),
  E_NOT_READY: entry('The server is not ready.', 'Try again shortly; /readyz says when it is.', 503, 7),
  E_OVERLOADED: entry('The server has {waiting} requests waiting, its limit.', 'Try again shortly.', 503, 7),
  E_SHUTTING_DOWN: entry('The server is shutting down.', 'Send the request to another instance.', 503, 7),
  E_TIMEOUT: entry('{what} took longer than {limit} ms.', 'Try again, or raise the limit.', 504, 7),
  E_WORKER_FAILED: entry(
    'An inference worker stopped: {detail}.',
    'Try again; the server starts a new worker.',
    500,
    7,
  ),
});

/** Training, and everything that is left. */
export const runErrors = defineErrors({
  E_TRAIN_DIVERGED: entry(
    'The loss became {loss} at step {step}, learning rate {lr}; the greatest {what} is {value} in {layer}{diagnosis}.',
    'Lower --lr (a tenth is a good try), lengthen the warm-up, or check the normalisation; the best model and the last checkpoint are kept.{advice}',
    500,
    8,
  ),
  E_TRAIN_MEMORY: entry(
    'Training ran out of memory at step {step} with batches of {batch} pictures: {detail}.',
    '{advice} The best model and the last checkpoint are kept.',
    500,
    8,
  ),
  E_TRAIN_NO_PARAMETERS: entry(
    'No parameter is trainable: {detail}.',
    'Unfreeze at least one parameter.',
    400,
    8,
  ),
  E_CHECKPOINT_NOT_FOUND: entry(
    'Expected the folder of a training run, such as model.run, received {run}: it holds no checkpoint.',
    'Give the .run folder beside the model file; a run without one has to be started again.',
    404,
    3,
  ),
  E_CHECKPOINT_INVALID: entry(
    '{file} cannot be resumed: {detail}.',
    'Give the .run folder of a run that this version of Saker wrote.',
    400,
    8,
  ),
  E_CHECKPOINT_MISMATCH: entry(
    '{run} belongs to another run: {detail}.',
    'Resume with the same data, model and settings (saker train --resume RUN needs no other flag), or start anew without --resume.',
    409,
    8,
  ),
  E_MLFLOW_FAILED: entry(
    'The MLflow server did not take the log: {detail}.',
    'Check MLFLOW_TRACKING_URI and run the command again; {file} keeps what is left.',
    502,
    8,
  ),
  E_CALLBACK_FAILED: entry(
    "The callback '{name}' failed in {where}: {detail}.",
    'Correct the callback; the best model so far is kept.',
    500,
    8,
  ),
  E_ENGINE_ARGUMENT: entry('The training engine was called wrongly: {detail}.', 'Correct the call.', 400, 8),
  E_CLOSED: entry('{what} is closed.', 'Make a new one.', 500, 1),
  E_BUSY: entry('{what} is busy: {detail}.', 'Wait for the running call to end.', 409, 1),
  E_CANCELLED: entry('{what} was cancelled.', 'Run it again to finish.', 499, 130),
  E_MEMORY: entry(
    'Not enough memory: {detail}.',
    'Use smaller pictures, a smaller batch or fewer threads.',
    500,
    1,
  ),
  E_INTERNAL: entry(
    'Something failed inside Saker: {detail}.',
    'Please report it with the command that caused it.',
    500,
    70,
  ),
});
