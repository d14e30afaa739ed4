/** The gRPC service as a Python client sees it, with stubs that grpcio-tools makes from the .proto files. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '@saker/serve';
import { expect, it } from 'vitest';
import { reportSkip } from '../../../../test/fixtures/shared.js';
import { fastModel, LABELS, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { difference, expectedFor } from './support.js';

const folder = temporaryFolder();
/** A Python with grpcio and grpcio-tools; SAKER_GRPC_PYTHON names another than the one on the path. */
const python = process.env.SAKER_GRPC_PYTHON ?? 'python3';
const usable = spawnSync(python, ['-c', 'import grpc, grpc_tools.protoc']).status === 0;
if (!usable)
  reportSkip('a Python client of gRPC (no grpcio-tools; SAKER_GRPC_PYTHON names a Python that has it)');

const CLIENT = `
import json, struct, sys
import grpc
import grpc_service_pb2 as pb, grpc_service_pb2_grpc as service

target, model, input_name, photo, tensor = sys.argv[1:]
stub = service.GRPCInferenceServiceStub(grpc.insecure_channel(target))
encoded = open(photo, "rb").read()
items = open(tensor, "rb").read()

def ask(datatype, shape, **rest):
    request = pb.ModelInferRequest(model_name=model, id="7", **rest)
    request.inputs[0].name, request.inputs[0].datatype = input_name, datatype
    request.inputs[0].shape.extend(shape)
    return request

def values(reply):
    names = [o.name for o in reply.outputs]
    at = names.index("probabilities")
    raw = reply.raw_output_contents
    return list(struct.unpack("<%df" % (len(raw[at]) // 4), raw[at])) if raw else list(reply.outputs[at].contents.fp32_contents)

empty = lambda: [pb.ModelInferRequest.InferInputTensor()]
typed = ask("BYTES", [1], inputs=empty())
typed.inputs[0].contents.bytes_contents.append(encoded)
raw = ask("FP32", [1, 3, 32, 32], inputs=empty(), raw_input_contents=[items])
stream = [values(r.infer_response) for r in stub.ModelStreamInfer(iter([typed, raw, typed]))]
try:
    stub.ModelInfer(pb.ModelInferRequest(model_name="nobody"))
    code = "OK"
except grpc.RpcError as error:
    code = error.code().name
print(json.dumps({
    "live": stub.ServerLive(pb.ServerLiveRequest()).live,
    "versions": list(stub.ModelMetadata(pb.ModelMetadataRequest(name=model)).versions),
    "max_batch_size": stub.ModelConfig(pb.ModelConfigRequest(name=model)).config.max_batch_size,
    "stats": stub.ModelStatistics(pb.ModelStatisticsRequest(name=model)).model_stats[0].name,
    "index": stub.RepositoryIndex(pb.RepositoryIndexRequest()).models[0].state,
    "typed": values(stub.ModelInfer(typed)), "raw": values(stub.ModelInfer(raw)), "stream": stream, "unknown": code,
}))
`;

it.skipIf(!usable)(
  'Python stubs made from the .proto files ask everything and get the same probabilities',
  async () => {
    const stubs = join(folder, 'stubs');
    mkdirSync(stubs, { recursive: true });
    const protos = fileURLToPath(new URL('../../proto', import.meta.url));
    const run = promisify(execFile);
    await run(python, [
      ...['-m', 'grpc_tools.protoc', `-I${protos}`, `--python_out=${stubs}`, `--grpc_python_out=${stubs}`],
      ...['grpc_service.proto', 'model_config.proto'],
    ]);
    const model = fastModel(folder);
    const photo = await jpeg(3);
    const expected = await expectedFor(model, [photo]);
    const [file, tensor] = [join(folder, 'photo.jpg'), join(folder, 'items.f32')];
    writeFileSync(file, photo);
    writeFileSync(tensor, Buffer.from(expected.items.buffer));
    writeFileSync(join(stubs, 'client.py'), CLIENT);
    const server = await startServer({ model, port: 0, grpcPort: 0, workers: 1 });
    try {
      const args = [server.grpcTarget!, 'small_cnn-32', expected.inputName, file, tensor];
      const answer = JSON.parse((await run(python, [join(stubs, 'client.py'), ...args])).stdout);
      expect(answer).toMatchObject({
        live: true,
        versions: ['1'],
        stats: 'small_cnn-32',
        index: 'READY',
        unknown: 'NOT_FOUND',
      });
      expect(answer.max_batch_size).toBeGreaterThan(0);
      for (const values of [answer.typed, answer.raw, ...answer.stream]) {
        expect(values).toHaveLength(LABELS.length);
        expect(difference(values, expected.probabilities)).toBeLessThanOrEqual(1e-6);
      }
    } finally {
      await server.close();
    }
  },
  120_000,
);
