/** State dicts that torch.save wrote (.pth, .pt, .bin), read without Python. */
import { SakerError } from '@saker/spec';
import { type Entry, fromBufferPromise } from 'yauzl';
import type { TensorValues } from '../put-tensors.js';
import { elementCount, halfToFloat } from '../tensor.js';
import { type Pickled, type PickledTensor, readPickle } from './pickle.js';

/** Entries of an archive that an honest state dict stays below. */
const MAX_ENTRIES = 100_000;
const MAX_PICKLE = 256 * 2 ** 20;

interface ElementType {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

const bfloat16 = new DataView(new ArrayBuffer(4));
/** Element types by storage class. Whole numbers (num_batches_tracked) are no weights and are left out. */
const FLOATS: Readonly<Record<string, ElementType>> = {
  'torch.FloatStorage': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  'torch.DoubleStorage': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  'torch.HalfStorage': { bytes: 2, read: (view, at) => halfToFloat(view.getUint16(at, true)) },
  'torch.BFloat16Storage': {
    bytes: 2,
    read: (view, at) => {
      bfloat16.setUint16(0, view.getUint16(at, true));
      return bfloat16.getFloat32(0);
    },
  },
};

const isTensor = (value: Pickled | undefined): value is PickledTensor =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';

/** Where training scripts put the weights in a larger checkpoint, best first. */
const WRAPPERS = ['state_dict_ema', 'model_ema', 'state_dict', 'model', 'model_state_dict', 'module'];

function stateOf(root: Pickled): Map<Pickled, Pickled> | null {
  if (!(root instanceof Map)) return null;
  if ([...root.values()].some(isTensor)) return root;
  for (const key of WRAPPERS) {
    const inner = root.get(key);
    if (inner instanceof Map && [...inner.values()].some(isTensor)) return inner;
  }
  return null;
}

/** Elements of a window on a storage in row-major order, as f32. */
function values(tensor: PickledTensor, bytes: Uint8Array, type: ElementType): Float32Array {
  const { dims, strides, offset } = tensor;
  const out = new Float32Array(elementCount(dims));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = Array<number>(dims.length).fill(0);
  let at = offset;
  for (let i = 0; i < out.length; i++) {
    out[i] = type.read(view, at * type.bytes);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < dims[axis]!) break;
      at -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/**
 * The floating-point tensors of a state dict by name, as f32 (f16, bf16 and f64 are converted). A larger checkpoint's
 * weights are found under the names that training scripts use (state_dict, model, ...). Code in the file is never run.
 * @throws SakerError E_WEIGHTS_FILE for the format before PyTorch 1.6, for whole models, for damaged or hostile files.
 */
export async function readTorchFile(bytes: Uint8Array, file: string): Promise<Map<string, TensorValues>> {
  const fail = (detail: string): SakerError => new SakerError('E_WEIGHTS_FILE', { file, detail });
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    const pickled = bytes[0] === 0x80;
    throw fail(
      pickled
        ? 'it has the format of PyTorch before 1.6; load it in Python and write it again with torch.save, or as .safetensors'
        : 'it is no archive of torch.save',
    );
  }
  const archive = await openArchive(bytes, fail);
  const pickle = await archive.read('data.pkl', MAX_PICKLE);
  const order = archive.has('byteorder')
    ? Buffer.from(await archive.read('byteorder', 16)).toString()
    : 'little';
  if (order !== 'little') throw fail('its numbers are big-endian');
  const state = stateOf(readPickle(pickle, fail));
  if (!state) throw fail('it holds no state dict; save model.state_dict() rather than the model');

  const tensors = new Map<string, TensorValues>();
  const storages = new Map<string, Uint8Array>();
  let budget = 16 * bytes.length + 2 ** 20;
  for (const [name, value] of state) {
    if (typeof name !== 'string' || !isTensor(value)) continue;
    const type = FLOATS[value.storage.type];
    if (!type) continue;
    const { key, size } = value.storage;
    const stored = storages.get(key) ?? (await archive.read(`data/${key}`, size * type.bytes));
    storages.set(key, stored);
    const count = elementCount(value.dims);
    const last = value.dims.reduce((sum, dim, axis) => sum + (dim - 1) * value.strides[axis]!, value.offset);
    if (count > 0 && (last >= size || stored.length < size * type.bytes))
      throw fail(`the tensor ${name} reaches beyond its storage of ${size} elements`);
    budget -= 4 * count;
    if (budget < 0) throw fail('its tensors claim far more elements than it has bytes');
    tensors.set(name, { dims: value.dims, data: values(value, stored, type) });
  }
  return tensors;
}

interface Archive {
  has(name: string): boolean;
  /** At most `limit` bytes of an entry, named without the archive's folder. */
  read(name: string, limit: number): Promise<Uint8Array>;
}

async function openArchive(bytes: Uint8Array, fail: (detail: string) => SakerError): Promise<Archive> {
  const damaged = (cause: unknown) => fail(`its archive is damaged (${(cause as Error).message})`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const zip = await fromBufferPromise(buffer, { lazyEntries: true }).catch((cause) => {
    throw damaged(cause);
  });
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.size >= MAX_ENTRIES) throw new Error('too many entries');
      entries.set(entry.fileName.slice(entry.fileName.indexOf('/') + 1), entry);
    }
  } catch (cause) {
    throw damaged(cause);
  }
  return {
    has: (name) => entries.has(name),
    async read(name, limit) {
      const entry = entries.get(name);
      if (!entry) throw fail(`its archive has no ${name}`);
      if (entry.uncompressedSize > limit)
        throw fail(`${name} has ${entry.uncompressedSize} bytes, more than the ${limit} that it may have`);
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      } catch (cause) {
        throw damaged(cause);
      }
    },
  };
}
