/**
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011), the same
 * counter-based generator that the native planner uses. A stream is named by (seed, stream), so that draws for
 * different purposes never meet.
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

function mulHigh(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const mid = ah * bl + ((al * bl) >>> 16);
  const low = al * bh + (mid % 0x1_0000);
  return (ah * bh + Math.floor(mid / 0x1_0000) + Math.floor(low / 0x1_0000)) >>> 0;
}

/** One Philox4x32-10 block: 4 counter words and 2 key words in, 4 random words out. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const h0 = mulHigh(M0, c0);
    const l0 = Math.imul(M0, c0) >>> 0;
    const h1 = mulHigh(M1, c2);
    const l1 = Math.imul(M1, c2) >>> 0;
    [c0, c1, c2, c3] = [(h1 ^ c1 ^ k0) >>> 0, l1, (h0 ^ c3 ^ k1) >>> 0, l0];
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** A sequential reader of one Philox stream. Not thread-shared; make one for each purpose. */
export class Random {
  private block: readonly number[] = [];
  private used = 4;
  private index = 0;
  private spare: number | null = null;

  /** @param seed 0 .. 2^32-1. @param stream names the purpose, 0 .. 2^32-1. */
  constructor(
    private readonly seed: number,
    private readonly stream = 0,
  ) {}

  /** 32 random bits. */
  word(): number {
    if (this.used === 4) {
      this.block = philox4x32(
        [this.index >>> 0, Math.floor(this.index / 2 ** 32), 0, 0],
        [this.seed >>> 0, this.stream >>> 0],
      );
      this.index += 1;
      this.used = 0;
    }
    return this.block[this.used++] as number;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** Whole number in 0 .. n-1 without bias (rejection). */
  below(n: number): number {
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    for (;;) {
      const w = this.word();
      if (w < limit) return w % n;
    }
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    if (this.spare !== null) {
      const v = this.spare;
      this.spare = null;
      return v;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const t = out[i] as T;
      out[i] = out[j] as T;
      out[j] = t;
    }
    return out;
  }
}
