// Generates src/grpc/gen/*_pb.ts from proto/*.proto; `--check` only compares.
import { fileURLToPath } from 'node:url';
import { generate } from '../../../tools/lib/protoc-es.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
generate({ packageName: 'serve', root, names: ['grpc_service', 'model_config'], to: 'src/grpc/gen' });
