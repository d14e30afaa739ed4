/** Node attributes: read them as plain values, write them as AttributeProto. */
import { create } from '@bufbuild/protobuf';
import type { AttrValue } from '@saker/spec';
import { SakerError } from '@saker/spec';
import {
  AttributeProto_AttributeType as AT,
  type AttributeProto,
  AttributeProtoSchema,
  type NodeProto,
} from './gen/onnx_pb.js';
import { clampToSafe, readTensor } from './tensor.js';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The type of an attribute; files of IR version 1 leave it out, then the field in use decides. */
function attributeType(attribute: AttributeProto): AT {
  if (attribute.type !== AT.UNDEFINED) return attribute.type;
  if (Object.hasOwn(attribute, 'f')) return AT.FLOAT;
  if (Object.hasOwn(attribute, 'i')) return AT.INT;
  if (Object.hasOwn(attribute, 's')) return AT.STRING;
  if (attribute.t) return AT.TENSOR;
  if (attribute.g) return AT.GRAPH;
  if (attribute.floats.length > 0) return AT.FLOATS;
  if (attribute.ints.length > 0) return AT.INTS;
  if (attribute.strings.length > 0) return AT.STRINGS;
  return AT.UNDEFINED;
}

/**
 * One attribute as a plain value: ints and floats become numbers (i64 clamped to the safe range), bytes become
 * UTF-8 text. Null for kinds without a plain form (sub-graphs, sparse tensors, types).
 */
export function attributeValue(attribute: AttributeProto): AttrValue | null {
  switch (attributeType(attribute)) {
    case AT.FLOAT:
      return attribute.f;
    case AT.INT:
      return clampToSafe(attribute.i);
    case AT.STRING:
      return decoder.decode(attribute.s);
    case AT.TENSOR: {
      return { tensor: readTensor(attribute.t!) };
    }
    case AT.FLOATS:
      return [...attribute.floats];
    case AT.INTS:
      return attribute.ints.map(clampToSafe);
    case AT.STRINGS:
      return attribute.strings.map((bytes) => decoder.decode(bytes));
    default:
      return null;
  }
}

/** All attributes of a node by name. Throws E_OP_UNSUPPORTED for a kind without a plain form (If and Loop bodies). */
export function nodeAttributes(node: NodeProto): Record<string, AttrValue> {
  const result: Record<string, AttrValue> = {};
  for (const attribute of node.attribute) {
    const value = attributeValue(attribute);
    if (value === null) {
      throw new SakerError('E_OP_UNSUPPORTED', {
        op: node.opType,
        domain: node.domain || 'ai.onnx',
        node: nodeLabel(node),
        detail: `attribute ${attribute.name} holds a ${(AT[attributeType(attribute)] ?? 'unknown').toLowerCase()}`,
      });
    }
    result[attribute.name] = value;
  }
  return result;
}

/** What to call a node in a sentence: its name, or its first output when it has none. */
export function nodeLabel(node: NodeProto): string {
  return node.name || node.output[0] || '(unnamed)';
}

function find(node: NodeProto, name: string): AttrValue | null {
  const attribute = node.attribute.find((candidate) => candidate.name === name);
  return attribute ? attributeValue(attribute) : null;
}

/** A numeric attribute, or `fallback` when it is absent. */
export function numberAttribute(node: NodeProto, name: string, fallback: number): number {
  const value = find(node, name);
  return typeof value === 'number' ? value : fallback;
}

/** A text attribute, or `fallback` when it is absent. */
export function stringAttribute(node: NodeProto, name: string, fallback: string): string {
  const value = find(node, name);
  return typeof value === 'string' ? value : fallback;
}

/** A list of numbers, or null when it is absent. */
export function numbersAttribute(node: NodeProto, name: string): number[] | null {
  const value = find(node, name);
  return Array.isArray(value) && value.every((item) => typeof item === 'number') ? (value as number[]) : null;
}

/** Attribute values a builder may write; a number is written as an int unless wrapped as `{ float }`. */
export type AttrInput = number | string | readonly number[] | { readonly float: number };

/** Encodes one attribute. */
export function makeAttribute(name: string, value: AttrInput): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AT.INT, i: BigInt(value) });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AT.STRING, s: encoder.encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AT.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AT.INTS, ints: value.map(BigInt) });
}
