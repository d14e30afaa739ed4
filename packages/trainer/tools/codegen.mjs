// Generates src/gen/tensorboard_pb.ts and src/gen/wandb_pb.ts from proto; `--check` only compares.
import { fileURLToPath } from 'node:url';
import { generate } from '../../../tools/lib/protoc-es.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
generate({ packageName: 'trainer', root, names: ['tensorboard', 'wandb'], to: 'src/gen' });
