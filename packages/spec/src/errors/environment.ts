import { defineErrors, entry } from './define.js';

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
    'Build with nvcc installed, for training with LIBTORCH naming a CUDA build of libtorch or PyTorch; or use the CPU.',
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
