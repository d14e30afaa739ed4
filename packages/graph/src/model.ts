/**
 * OnnxModel: a read-only, indexed view of a decoded ModelProto. Edits elsewhere in this package never change
 * a model in place: they make a new one that shares the untouched messages and tensor bytes.
 */
import { create } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './gen/onnx_pb.js';

/** One dimension of a shape: a size, a symbol such as 'N', or null where nothing is known. */
export type Dim = number | string | null;

/** A model in memory. Fields of the file that Saker doesn't know are kept in the messages and written back. */
export class OnnxModel {
  /** The decoded message. Treat as read-only: models share messages. */
  readonly proto: ModelProto;
  /** What to call the model in an error sentence: the path it was read from, or 'The model'. */
  readonly file: string;
  readonly #initializers = new Map<string, TensorProto>();
  readonly #producers = new Map<string, NodeProto>();
  readonly #consumers = new Map<string, NodeProto[]>();

  constructor(proto: ModelProto, file = 'The model') {
    this.proto = proto;
    this.file = file;
    for (const tensor of this.graph.initializer) this.#initializers.set(tensor.name, tensor);
    for (const node of this.graph.node) {
      for (const output of node.output) if (output) this.#producers.set(output, node);
      for (const input of new Set(node.input)) {
        if (!input) continue;
        const users = this.#consumers.get(input);
        if (users) users.push(node);
        else this.#consumers.set(input, [node]);
      }
    }
  }

  /** The main graph. */
  get graph(): GraphProto {
    return this.proto.graph!;
  }

  /** Version of the default operator set. */
  get opset(): number {
    return opsetOf(this.proto) ?? 0;
  }

  /** Nodes in file order, which the format requires to be topological. */
  get nodes(): readonly NodeProto[] {
    return this.graph.node;
  }

  /** Graph inputs that a caller must feed: those without an initializer (files of IR < 4 list both). */
  get inputs(): ValueInfoProto[] {
    return this.graph.input.filter((value) => !this.#initializers.has(value.name));
  }

  /** Graph outputs. */
  get outputs(): readonly ValueInfoProto[] {
    return this.graph.output;
  }

  /** The initializer of this name, if there is one. */
  initializer(name: string): TensorProto | undefined {
    return this.#initializers.get(name);
  }

  /** The tensor behind a name that never changes at run time: an initializer or the value of a Constant node. */
  constant(name: string): TensorProto | undefined {
    const tensor = this.#initializers.get(name);
    if (tensor) return tensor;
    const node = this.#producers.get(name);
    if (node?.opType !== 'Constant' || !isDefaultDomain(node.domain)) return undefined;
    return node.attribute.find((attribute) => attribute.name === 'value')?.t;
  }

  /** The node that computes a value. */
  producer(name: string): NodeProto | undefined {
    return this.#producers.get(name);
  }

  /** The nodes that read a value, in file order; empty for a graph output nobody else reads. */
  consumers(name: string): readonly NodeProto[] {
    return this.#consumers.get(name) ?? [];
  }

  /** A new model with some parts of the graph exchanged; everything else is shared with this one. */
  withGraph(
    parts: Partial<Pick<GraphProto, 'node' | 'initializer' | 'input' | 'output' | 'valueInfo'>>,
  ): OnnxModel {
    const graph = Object.assign(create(GraphProtoSchema), this.graph, parts);
    return this.withProto({ graph });
  }

  /** A new model with some top-level fields exchanged; everything else is shared with this one. */
  withProto(
    parts: Partial<Pick<ModelProto, 'graph' | 'metadataProps' | 'producerName' | 'producerVersion'>>,
  ): OnnxModel {
    return new OnnxModel(Object.assign(create(ModelProtoSchema), this.proto, parts), this.file);
  }
}

/** True for the operator domain of the ONNX standard, which has two spellings. */
export function isDefaultDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/** Version of the default operator set of a message, or null when it names none. */
export function opsetOf(proto: ModelProto): number | null {
  const entry = proto.opsetImport.find((candidate) => isDefaultDomain(candidate.domain));
  return entry ? Number(entry.version) : null;
}

/** Declared shape of a value, or null when the file gives none. */
export function declaredShape(value: ValueInfoProto): Dim[] | null {
  const type = value.type?.value;
  if (type?.case !== 'tensorType' || !type.value.shape) return null;
  return type.value.shape.dim.map((dim) => {
    if (dim.value.case === 'dimValue') return Number(dim.value.value);
    return dim.value.case === 'dimParam' && dim.value.value ? dim.value.value : null;
  });
}

/** Declared ONNX element type number of a value; 0 when the file gives none. */
export function declaredType(value: ValueInfoProto): number {
  const type = value.type?.value;
  return type?.case === 'tensorType' ? type.value.elemType : 0;
}
