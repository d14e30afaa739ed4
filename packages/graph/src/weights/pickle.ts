/**
 * A reader of the pickles that torch.save writes (Python's pickletools, protocol 2 and the opcodes of later ones that
 * state dicts use). Nothing is imported or called: a global becomes one of the few kinds of `GLOBALS`, and everything
 * else is refused.
 */

/** A tensor as the pickle describes it: a window on a storage. */
export interface PickledTensor {
  readonly kind: 'tensor';
  readonly storage: PickledStorage;
  /** In elements. */
  readonly offset: number;
  readonly dims: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
}

/** Bytes that the archive holds under `key`. */
export interface PickledStorage {
  readonly kind: 'storage';
  readonly type: string;
  readonly key: string;
  /** Number of elements. */
  readonly size: number;
}

interface PickledGlobal {
  readonly kind: 'global';
  readonly name: string;
}

/** Anything a state dict may hold. Dictionaries are maps. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Pickled[]
  | Map<Pickled, Pickled>
  | PickledTensor
  | PickledStorage
  | PickledGlobal;

/** Globals with a meaning here; any other is refused by name. */
const TENSOR_BUILDERS = new Set(['torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_tensor']);
const PARAMETER = 'torch._utils._rebuild_parameter';
const DICTS = new Set(['collections.OrderedDict', 'collections.defaultdict']);
const STORAGE = /^torch\.[A-Z][A-Za-z0-9]*Storage$/;
const DTYPE = /^torch\.(float16|bfloat16|float32|float64|u?int8|int16|int32|int64|bool)$/;

const isKnown = (name: string): boolean =>
  TENSOR_BUILDERS.has(name) ||
  name === PARAMETER ||
  DICTS.has(name) ||
  name === 'torch.Size' ||
  STORAGE.test(name) ||
  DTYPE.test(name);

/** Nesting and memo entries that no honest state dict reaches. */
const MAX_STACK = 1_000_000;

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

/**
 * The object that a pickle describes. Calls `fail` with what is wrong for everything that is no plain state dict:
 * unknown opcodes or globals, an early end, numbers out of range. Its time and memory grow with the length of `bytes`.
 */
export function readPickle(bytes: Uint8Array, fail: (detail: string) => Error): Pickled {
  return new Unpickler(bytes, fail).run();
}

class Unpickler {
  private readonly view: DataView;
  private at = 0;
  private stack: Pickled[] = [];
  private readonly marks: Pickled[][] = [];
  private readonly memo = new Map<number, Pickled>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly fail: (detail: string) => Error,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): Pickled {
    for (;;) {
      const opcode = this.u8();
      if (opcode === 0x2e) return this.pop(); // STOP
      this.step(opcode);
      if (this.stack.length > MAX_STACK || this.marks.length > MAX_STACK)
        throw this.fail('it nests or lists too much');
    }
  }

  private take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) throw this.fail('its pickle ends early');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private u8(): number {
    return this.take(1)[0]!;
  }

  private number(bytes: 2 | 4): number {
    this.take(bytes);
    return bytes === 2 ? this.view.getUint16(this.at - 2, true) : this.view.getUint32(this.at - 4, true);
  }

  private text(count: number): string {
    return new TextDecoder().decode(this.take(count));
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.fail('its pickle ends early');
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  private pop(): Pickled {
    const value = this.stack.pop();
    if (value === undefined) throw this.fail('its pickle takes more than it gave');
    return value;
  }

  /** What was pushed since the last mark. */
  private popMark(): Pickled[] {
    const before = this.marks.pop();
    if (!before) throw this.fail('its pickle has no mark where it needs one');
    const items = this.stack;
    this.stack = before;
    return items;
  }

  private top(): Pickled {
    const value = this.stack.at(-1);
    if (value === undefined) throw this.fail('its pickle takes more than it gave');
    return value;
  }

  private recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.fail(`its pickle recalls entry ${index}, which it never stored`);
    this.stack.push(value);
  }

  private step(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        this.u8();
        return;
      case 0x95: // FRAME
        this.take(8);
        return;
      case 0x28: // MARK
        this.marks.push(this.stack);
        this.stack = [];
        return;
      case 0x4e: // NONE
        this.stack.push(null);
        return;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        this.stack.push(opcode === 0x88);
        return;
      case 0x4b: // BININT1
        this.stack.push(this.u8());
        return;
      case 0x4d: // BININT2
        this.stack.push(this.number(2));
        return;
      case 0x4a: // BININT
        this.stack.push(this.number(4) | 0);
        return;
      case 0x8a: // LONG1
        this.stack.push(this.long(this.u8()));
        return;
      case 0x47: // BINFLOAT
        this.take(8);
        this.stack.push(this.view.getFloat64(this.at - 8));
        return;
      case 0x58: // BINUNICODE
        this.stack.push(this.text(this.number(4)));
        return;
      case 0x8c: // SHORT_BINUNICODE
        this.stack.push(this.text(this.u8()));
        return;
      case 0x54: // BINSTRING
      case 0x42: // BINBYTES
        this.stack.push(this.take(this.number(4)));
        return;
      case 0x55: // SHORT_BINSTRING
      case 0x43: // SHORT_BINBYTES
        this.stack.push(this.take(this.u8()));
        return;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        this.stack.push([]);
        return;
      case 0x7d: // EMPTY_DICT
        this.stack.push(new Map());
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.stack.push(this.several(opcode - 0x84));
        return;
      case 0x74: // TUPLE
      case 0x6c: {
        // LIST
        const items = this.popMark();
        this.stack.push(items);
        return;
      }
      case 0x61: // APPEND
        this.extend([this.pop()]);
        return;
      case 0x65: // APPENDS
        this.extend(this.popMark());
        return;
      case 0x73: // SETITEM
        this.assign(this.several(2));
        return;
      case 0x75: // SETITEMS
        this.assign(this.popMark());
        return;
      case 0x71: // BINPUT
        this.memo.set(this.u8(), this.top());
        return;
      case 0x72: // LONG_BINPUT
        this.memo.set(this.number(4), this.top());
        return;
      case 0x94: // MEMOIZE
        this.memo.set(this.memo.size, this.top());
        return;
      case 0x68: // BINGET
        this.recall(this.u8());
        return;
      case 0x6a: // LONG_BINGET
        this.recall(this.number(4));
        return;
      case 0x63: // GLOBAL
        this.global(`${this.line()}.${this.line()}`);
        return;
      case 0x93: // STACK_GLOBAL
        this.global(this.several(2).join('.'));
        return;
      case 0x51: // BINPERSID
        this.stack.push(this.storage(this.pop()));
        return;
      case 0x52: // REDUCE
        this.reduce();
        return;
      case 0x62: // BUILD: attributes of an OrderedDict (the versions of its modules), which no weight needs
        this.pop();
        if (!(this.top() instanceof Map)) throw this.fail('its pickle sets the state of an object');
        return;
      default:
        throw this.fail(`its pickle has the opcode 0x${opcode.toString(16)}, which no state dict needs`);
    }
  }

  private several(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  /** A little-endian two's complement number of so many bytes. */
  private long(count: number): number {
    if (count > 8) throw this.fail('its pickle holds a number of more than 64 bits');
    const value = [...this.take(count)].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const number = Number(BigInt.asIntN(8 * Math.max(1, count), value));
    return number;
  }

  private extend(items: readonly Pickled[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.fail('its pickle appends to what is no list');
    for (const item of items) list.push(item);
  }

  private assign(items: readonly Pickled[]): void {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2 !== 0)
      throw this.fail('its pickle sets items of what is no dictionary');
    for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
  }

  private global(name: string): void {
    if (!isKnown(name))
      throw this.fail(
        `it asks for ${name}, which is not part of a state dict, and Saker runs no code of a file`,
      );
    this.stack.push({ kind: 'global', name });
  }

  private storage(id: Pickled): PickledStorage {
    const [tag, type, key, , size] = Array.isArray(id) ? id : [];
    const typed =
      type && typeof type === 'object' && 'kind' in type && type.kind === 'global' ? type.name : '';
    if (tag !== 'storage' || !typed || typeof key !== 'string' || !isCounts([size]))
      throw this.fail('its pickle has a malformed storage');
    return { kind: 'storage', type: typed, key, size: size as number };
  }

  private reduce(): void {
    const [callee, args] = this.several(2) as [Pickled, Pickled];
    const name = callee && typeof callee === 'object' && 'name' in callee ? callee.name : '';
    if (!Array.isArray(args) || !name) throw this.fail('its pickle calls what is no function');
    if (DICTS.has(name) && args.length === 0) this.stack.push(new Map());
    else if (name === PARAMETER && args.length > 0) this.stack.push(args[0]!);
    else if (name === 'torch.Size' && Array.isArray(args[0])) this.stack.push(args[0]);
    else if (TENSOR_BUILDERS.has(name)) this.stack.push(this.tensor(args));
    else throw this.fail(`its pickle calls ${name} in a way that no state dict does`);
  }

  private tensor([storage, offset, dims, strides]: readonly Pickled[]): PickledTensor {
    const isStorage =
      storage && typeof storage === 'object' && 'kind' in storage && storage.kind === 'storage';
    if (!isStorage || !isCounts([offset]) || !isCounts(dims) || !isCounts(strides))
      throw this.fail('its pickle has a malformed tensor');
    if (dims.length !== strides.length || dims.length > 16)
      throw this.fail('its pickle has a malformed tensor');
    return { kind: 'tensor', storage: storage as PickledStorage, offset: offset as number, dims, strides };
  }
}
