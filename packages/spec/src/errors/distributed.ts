import { defineErrors, entry } from './define.js';

/** Runs of several processes. */
export const distributedErrors = defineErrors({
  E_DIST_ENV: entry(
    'Expected {expected} in the environment variable {name}, received {received}.',
    'Let saker train --nproc N or torchrun set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, or set all of them.',
    400,
    2,
  ),
  E_DIST_CONNECT: entry(
    'Rank {rank} of {world} could not join the others at {address}: {detail}.',
    'See that all processes were started, with one MASTER_ADDR and MASTER_PORT that rank 0 can listen on.',
    503,
    8,
  ),
  E_DIST_BACKEND: entry(
    'The backend {backend} cannot be used: {detail}.',
    'Use gloo, or build the engine on a libtorch that has the backend.',
    500,
    6,
  ),
  E_DIST_PEER_LOST: entry(
    'Another process of the run is gone or hangs: {detail}.',
    'The output of the process that ended first says why; saker train --resume goes on from the last checkpoint.',
    500,
    8,
  ),
  E_DIST_RANK_FAILED: entry(
    'Rank {rank} of {world} ended with {reason}, so the run was ended: {detail}.',
    'See what that rank printed; saker train --resume goes on from the last checkpoint.',
    500,
    8,
  ),
  E_DIST_DATA: entry(
    '{count} training pictures cannot be shared by {world} processes.',
    'Use fewer processes: every one needs at least one picture in each step.',
    400,
    3,
  ),
});
