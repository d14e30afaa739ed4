// Generates src/gen/onnx_pb.ts from proto/onnx.proto; `--check` only compares.
import { fileURLToPath } from 'node:url';
import { generate } from '../../../tools/lib/protoc-es.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
generate({ packageName: 'graph', root, names: ['onnx'], to: 'src/gen' });
