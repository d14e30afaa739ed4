import { expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';

const picture = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251);

it('copies pictures in pieces, and uses again what came back', () => {
  const pool = new BufferPool(2);
  const whole = picture(100_000);
  const first = pool.gather([whole.subarray(0, 65_536), whole.subarray(65_536)]);
  expect(first).toEqual(picture(100_000));
  pool.giveBack([first.buffer]);
  const second = pool.gather([picture(70_000)]);
  expect(second.buffer).toBe(first.buffer);
  expect(second).toEqual(picture(70_000));
});

it('keeps so many, and gives no small picture a great buffer', () => {
  const pool = new BufferPool(2);
  const sizes = [10, 70_000, 9_000_000];
  const buffers = sizes.map((size) => pool.gather([picture(size)]).buffer);
  pool.giveBack(buffers);
  expect(pool.gather([picture(10)]).buffer).not.toBe(buffers[2]);
  pool.giveBack([buffers[1] as ArrayBuffer]);
  expect(pool.gather([picture(70_000)]).buffer).toBe(buffers[1]);
  expect(pool.gather([picture(9_000_000)]).buffer).toBe(buffers[2]);
});
